"""New people for a story, so that stories do not meet."""

import secrets

PASSWORD = "Uma-senha-boa-2026!"


def new_cpf() -> str:
    """Make a valid CPF (weights 10..2, then 11..2; check digit `sum * 10 % 11 % 10`)."""
    digits = [secrets.randbelow(10) for _ in range(9)]
    for weights in (range(10, 1, -1), range(11, 1, -1)):
        digits.append(sum(map(int.__mul__, digits, weights)) * 10 % 11 % 10)
    return "".join(map(str, digits))


def new_registration() -> dict[str, object]:
    """Make the input of `registerPatient` for somebody who does not exist yet."""
    name = secrets.token_hex(6)
    return {
        "name": "Júlia da Jornada",
        "cpf": new_cpf(),
        "email": f"julia.{name}@example.com",
        "phone": "(11) 98765-4321",
        "birthDate": "1990-02-28",
        "password": PASSWORD,
        "timeZone": "America/Sao_Paulo",
        "consents": [{"kind": "TELEMEDICINE", "version": "1"}],
    }
