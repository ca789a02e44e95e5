"""The words that demo data is made of: names, reasons, titles. The people's own words are Portuguese, as theirs are."""

from typing import Final

FIRST_NAMES: Final = (
    *("Adriana", "Alice", "Amanda", "André", "Antônio", "Arthur", "Beatriz", "Bernardo", "Camila", "Carlos"),
    *("Cecília", "Daniel", "Débora", "Eduardo", "Fernanda", "Felipe", "Gabriela", "Gustavo", "Heitor", "Helena"),
    *("Igor", "Isabela", "Joana", "João", "Juliana", "Larissa", "Leonardo", "Letícia", "Lívia", "Lucas"),
    *("Luíza", "Manuela", "Marcelo", "Márcia", "Maria", "Mariana", "Mateus", "Miguel", "Natália", "Otávio"),
    *("Patrícia", "Paulo", "Pedro", "Rafael", "Renata", "Ricardo", "Roberta", "Rodrigo", "Sofia", "Tatiana"),
    *("Thiago", "Valentina", "Vanessa", "Vinícius", "Yasmin"),
)
LAST_NAMES: Final = (
    *("Almeida", "Alves", "Andrade", "Araújo", "Barbosa", "Barros", "Batista", "Cardoso", "Carvalho", "Castro"),
    *("Correia", "Costa", "Cunha", "Dias", "Duarte", "Fernandes", "Ferreira", "Freitas", "Garcia", "Gomes"),
    *("Gonçalves", "Lima", "Lopes", "Machado", "Martins", "Melo", "Mendes", "Monteiro", "Moraes", "Moreira"),
    *("Nascimento", "Nogueira", "Oliveira", "Pacheco", "Pereira", "Pinto", "Queiroz", "Ramos", "Ribeiro", "Rocha"),
    *("Rodrigues", "Sampaio", "Santana", "Santos", "Silva", "Siqueira", "Soares", "Souza", "Teixeira", "Vieira"),
)
REASONS: Final = (
    *("Consulta de rotina", "Retorno com exames", "Dor de cabeça frequente", "Cansaço e falta de ar", "Dor nas costas"),
    *("Renovação de receita", "Segunda opinião", "Manchas na pele", "Insônia", "Acompanhamento de pressão alta"),
)
JUSTIFICATIONS: Final = (
    *("Imprevisto no trabalho", "Já fui atendido em outro lugar", "Viagem", "O sintoma passou", "Conflito de agenda"),
)
DECLINE_REASONS: Final = ("Agenda bloqueada por urgência", "Caso para atendimento presencial", "Fora da especialidade")
NOTES: Final = (
    "Paciente estável. Manter a conduta e retornar em 30 dias.",
    "Sem queixas novas. Exames dentro do esperado.",
    "Orientada a mudança de hábitos; solicitado hemograma.",
)
ENGAGEMENTS: Final = ("Plantão", "Reunião da equipe", "Congresso", "Aula na faculdade")
CLINICS: Final = ("Clínica", "Consultório", "Centro Médico", "Instituto")
CLINIC_NAMES: Final = ("Aurora", "Bem Viver", "Horizonte", "Ipê", "Santa Clara", "São Lucas", "Vida", "Vitória-Régia")
