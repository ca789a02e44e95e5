"""Brazilian cities where the demo's doctors and patients live, with their coordinates, zones and dialling codes."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class City:
    """A city: degrees in WGS 84, its IANA time zone, its DDD, and how many of the people live there (a weight)."""

    name: str
    state: str
    latitude: float
    longitude: float
    time_zone: str
    ddd: str
    weight: int


_SAO_PAULO: Final = "America/Sao_Paulo"

CITIES: Final = (
    City("São Paulo", "SP", -23.5505, -46.6333, _SAO_PAULO, "11", 24),
    City("Campinas", "SP", -22.9056, -47.0608, _SAO_PAULO, "19", 6),
    City("Ribeirão Preto", "SP", -21.1775, -47.8103, _SAO_PAULO, "16", 4),
    City("Santos", "SP", -23.9608, -46.3336, _SAO_PAULO, "13", 3),
    City("Rio de Janeiro", "RJ", -22.9068, -43.1729, _SAO_PAULO, "21", 14),
    City("Niterói", "RJ", -22.8832, -43.1034, _SAO_PAULO, "21", 3),
    City("Belo Horizonte", "MG", -19.9167, -43.9345, _SAO_PAULO, "31", 9),
    City("Uberlândia", "MG", -18.9186, -48.2772, _SAO_PAULO, "34", 3),
    City("Vitória", "ES", -20.3155, -40.3128, _SAO_PAULO, "27", 2),
    City("Curitiba", "PR", -25.4284, -49.2733, _SAO_PAULO, "41", 7),
    City("Londrina", "PR", -23.3045, -51.1696, _SAO_PAULO, "43", 2),
    City("Florianópolis", "SC", -27.5954, -48.5480, _SAO_PAULO, "48", 4),
    City("Joinville", "SC", -26.3045, -48.8487, _SAO_PAULO, "47", 2),
    City("Porto Alegre", "RS", -30.0346, -51.2177, _SAO_PAULO, "51", 7),
    City("Caxias do Sul", "RS", -29.1678, -51.1794, _SAO_PAULO, "54", 2),
    City("Brasília", "DF", -15.7939, -47.8828, _SAO_PAULO, "61", 7),
    City("Goiânia", "GO", -16.6869, -49.2648, _SAO_PAULO, "62", 5),
    City("Salvador", "BA", -12.9777, -38.5016, "America/Bahia", "71", 7),
    City("Aracaju", "SE", -10.9472, -37.0731, "America/Maceio", "79", 2),
    City("Maceió", "AL", -9.6498, -35.7089, "America/Maceio", "82", 2),
    City("Recife", "PE", -8.0476, -34.8770, "America/Recife", "81", 6),
    City("João Pessoa", "PB", -7.1195, -34.8450, "America/Fortaleza", "83", 2),
    City("Natal", "RN", -5.7793, -35.2009, "America/Fortaleza", "84", 2),
    City("Fortaleza", "CE", -3.7319, -38.5267, "America/Fortaleza", "85", 6),
    City("Teresina", "PI", -5.0892, -42.8019, "America/Fortaleza", "86", 2),
    City("São Luís", "MA", -2.5307, -44.3068, "America/Fortaleza", "98", 2),
    City("Belém", "PA", -1.4558, -48.4902, "America/Belem", "91", 4),
    City("Palmas", "TO", -10.1844, -48.3336, "America/Araguaina", "63", 1),
    City("Manaus", "AM", -3.1190, -60.0217, "America/Manaus", "92", 4),
    City("Boa Vista", "RR", 2.8235, -60.6758, "America/Boa_Vista", "95", 1),
    City("Porto Velho", "RO", -8.7612, -63.9004, "America/Porto_Velho", "69", 1),
    City("Cuiabá", "MT", -15.6014, -56.0979, "America/Cuiaba", "65", 3),
    City("Campo Grande", "MS", -20.4697, -54.6201, "America/Campo_Grande", "67", 3),
    City("Rio Branco", "AC", -9.9747, -67.8076, "America/Rio_Branco", "68", 1),
)
