"""What the BFF itself says when something does not go, in both languages.

graphql-core's words about a document or its variables are not among it: they are English, for developers. So are the
reasons in a WebSocket's close frames, which the protocol gives.
"""

from schema.common.messages import Saying


class Message(Saying):
    """The messages of refusals and of top-level errors. A figure in a text is in the error's `extensions` too."""

    # The connection and the headers.
    HEADERS_TOO_LARGE = (
        "A URL e os cabeçalhos passam de {maximum} bytes.",
        "The URL and the headers are larger than {maximum} bytes.",
    )
    HEADERS_TOO_SLOW = (
        "Os cabeçalhos não chegaram em {seconds} segundos.",
        "The headers did not arrive within {seconds} seconds.",
    )
    NOT_HTTP = ("Isto não é um pedido HTTP válido.", "This is not a valid HTTP request.")
    METHOD_NOT_ALLOWED = (
        "Envie a operação por POST, ou uma query por GET.",
        "Send the operation by POST, or a query by GET.",
    )
    NOT_BY_GET = ("Envie uma {operation} por POST.", "Send a {operation} by POST.")
    NOT_ACCEPTABLE = ("Aceite um destes tipos: {offers}.", "Accept one of these types: {offers}.")
    UNSUPPORTED_MEDIA_TYPE = ("Envie a operação como {expected}.", "Send the operation as {expected}.")
    NO_PREFLIGHT = (
        "Envie um destes cabeçalhos, que páginas de outros sites não enviam sem permissão: {headers}.",
        "Send one of these headers, which other sites' pages cannot send unasked: {headers}.",
    )
    TOKEN_REQUIRED = ("É preciso um token de acesso válido.", "A valid access token is required.")
    KEYS_UNAVAILABLE = (
        "Agora não é possível verificar quem pede. Tente de novo em {retryAfterSeconds} segundos.",
        "Who is asking cannot be checked now. Try again in {retryAfterSeconds} seconds.",
    )

    # The request itself.
    BODY_TOO_LARGE = ("O corpo passa de {maximum} bytes.", "The body is larger than {maximum} bytes.")
    BODY_TOO_SLOW = ("O corpo não chegou em {seconds} segundos.", "The body did not arrive within {seconds} seconds.")
    BODY_MALFORMED = (
        (
            "O corpo é um objeto JSON com um texto 'query' e, se for o caso, 'variables', 'operationName' e "
            "'extensions'; nenhum membro se repete."
        ),
        (
            "The body is a JSON object with a string 'query', and perhaps 'variables', 'operationName' and "
            "'extensions'; it names no member twice."
        ),
    )
    NO_BATCHES = (
        "Não há lotes: envie uma operação por pedido.",
        "Batches are not supported: send one operation a request.",
    )
    URL_MALFORMED = (
        (
            "A URL tem os parâmetros 'query', 'operationName', 'documentId' e, como objetos JSON, 'variables' e "
            "'extensions', cada um no máximo uma vez, em UTF-8."
        ),
        (
            "The URL has the parameters 'query', 'operationName', 'documentId', and as JSON objects 'variables' and "
            "'extensions', each at most once, in UTF-8."
        ),
    )
    NO_DOCUMENT = (
        "Envie o documento como 'query', ou o id de um documento conhecido como 'documentId'.",
        "Send the document as 'query', or the id of a trusted one as 'documentId'.",
    )

    INVALID_DOCUMENT = ("O documento não é válido: {fault}", "The document is not valid: {fault}")

    # Trusted documents. Apollo's clients look for the first two word for word, in any language.
    PERSISTED_QUERY_NOT_FOUND = ("PersistedQueryNotFound", "PersistedQueryNotFound")
    PERSISTED_QUERY_NOT_SUPPORTED = ("PersistedQueryNotSupported", "PersistedQueryNotSupported")
    PERSISTED_QUERY_MISMATCH = (
        "documentId, extensions.persistedQuery e query não são de um mesmo documento.",
        "documentId, extensions.persistedQuery and query are not of one document.",
    )
    PERSISTED_QUERY_REQUIRED = (
        "Aqui só rodam os documentos do manifesto.",
        "Only the documents of the manifest run here.",
    )
    PERSISTED_QUERY_MALFORMED = (
        "extensions.persistedQuery é um objeto com a versão 1 e um texto sha256Hash.",
        "extensions.persistedQuery is an object with the version 1 and a string sha256Hash.",
    )

    # Limits.
    LIMIT = (
        "A operação passa do limite {limit}: {value}, e o máximo é {maximum}.",
        "The operation exceeds the limit {limit}: {value}, and the maximum is {maximum}.",
    )
    RATE = (
        "{limit}: no máximo {maximum} por minuto. Tente de novo em {retryAfterSeconds} segundos.",
        "{limit}: at most {maximum} a minute. Try again in {retryAfterSeconds} seconds.",
    )
    RATE_AT_ONCE = (
        "{limit}: no máximo {maximum} por minuto, e só esta operação pede {value}.",
        "{limit}: at most {maximum} a minute, and this operation alone wants {value}.",
    )

    # Live connections.
    FOREIGN_ORIGIN = (
        "Páginas desta origem não podem abrir um socket.",
        "Pages of this origin may not open a socket.",
    )
    SUBPROTOCOL = (
        "Ofereça o subprotocolo WebSocket {expected}, o único aqui.",
        "Offer the WebSocket subprotocol {expected}, the only one here.",
    )
    LIVE_FULL = (
        "Há conexões ao vivo demais. Tente de novo em {retryAfterSeconds} segundos.",
        "There are too many live connections. Try again in {retryAfterSeconds} seconds.",
    )
    LIVE_CONNECTIONS = ("{limit}: no máximo {maximum} ao mesmo tempo.", "{limit}: at most {maximum} at a time.")

    UNREAD_CHANGES = (
        "{limit}: no máximo {maximum} esperam por quem lê. Assine de novo.",
        "{limit}: at most {maximum} wait for a reader. Subscribe again.",
    )

    # Fields, and what cannot be audited.
    AUDIT_DOWN = (
        "O registro de acessos não respondeu; nada foi feito ou mostrado. Tente de novo.",
        "The record of accesses did not answer; nothing was done or shown. Try again.",
    )
    PERSON_REQUIRED = ("Isto é só para quem entrou com a sua conta.", "This needs a signed-in person.")
    FORBIDDEN = ("Isto não é permitido.", "This is not allowed.")
    UPSTREAM_UNAVAILABLE = (
        "Um serviço de que este campo precisa não respondeu.",
        "A service that this field needs did not answer.",
    )
    ARGUMENT_REFUSED = ("Um argumento foi recusado: {refusal}.", "An argument is refused: {refusal}.")
    INTERNAL = ("Algo deu errado do nosso lado.", "Something went wrong on our side.")
