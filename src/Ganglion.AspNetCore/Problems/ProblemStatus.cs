using System.Collections.Frozen;
using Ganglion.Brokers;
using Ganglion.State;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Problems;

/// <summary>The HTTP status of each error: by its code, else by its type.</summary>
internal static class ProblemStatus
{
    private static readonly FrozenDictionary<string, int> ByCode = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["resource-not-found"] = StatusCodes.Status404NotFound,
        ["topic-not-found"] = StatusCodes.Status404NotFound,
        ["group-not-found"] = StatusCodes.Status404NotFound,
        ["member-not-found"] = StatusCodes.Status404NotFound,
        ["dead-letter-not-found"] = StatusCodes.Status404NotFound,
        ["guard-not-found"] = StatusCodes.Status404NotFound,
        ["budget-not-found"] = StatusCodes.Status404NotFound,
        ["budget-exhausted"] = StatusCodes.Status429TooManyRequests,
        ["budget-too-small"] = StatusCodes.Status429TooManyRequests,
        ["budget-downgrade"] = StatusCodes.Status429TooManyRequests,
        ["budget-queue-full"] = StatusCodes.Status429TooManyRequests,
        ["model-unavailable"] = StatusCodes.Status503ServiceUnavailable,
        ["stage-not-found"] = StatusCodes.Status404NotFound,
        ["state-not-found"] = StatusCodes.Status404NotFound,
        ["state-history-gone"] = StatusCodes.Status410Gone,
        ["method-not-allowed"] = StatusCodes.Status405MethodNotAllowed,
        ["not-acceptable"] = StatusCodes.Status406NotAcceptable,
        ["topic-exists"] = StatusCodes.Status409Conflict,
        ["route-changed"] = StatusCodes.Status409Conflict,
        ["stage-exists"] = StatusCodes.Status409Conflict,
        ["group-not-empty"] = StatusCodes.Status409Conflict,
        ["dead-letter-decided"] = StatusCodes.Status409Conflict,
        ["dead-letter-origin-unknown"] = StatusCodes.Status409Conflict,
        ["dead-letter-value-omitted"] = StatusCodes.Status409Conflict,
        ["dead-letters-busy"] = StatusCodes.Status409Conflict,
        ["approval-not-found"] = StatusCodes.Status404NotFound,
        ["approval-forbidden"] = StatusCodes.Status403Forbidden,
        ["approval-decided"] = StatusCodes.Status409Conflict,
        ["approval-claimed"] = StatusCodes.Status409Conflict,
        ["approval-version-stale"] = StatusCodes.Status409Conflict,
        ["approval-same-person"] = StatusCodes.Status409Conflict,
        ["approval-read-only"] = StatusCodes.Status409Conflict,
        ["approval-edit-invalid"] = StatusCodes.Status422UnprocessableEntity,
        ["agents-unreachable"] = StatusCodes.Status409Conflict,
        ["undeliverable"] = StatusCodes.Status409Conflict,
        ["request-timeout"] = StatusCodes.Status504GatewayTimeout,
        ["body-too-large"] = StatusCodes.Status413PayloadTooLarge,
        ["encoding-unsupported"] = StatusCodes.Status415UnsupportedMediaType,
        ["topic-internal"] = StatusCodes.Status403Forbidden,
        ["origin-forbidden"] = StatusCodes.Status403Forbidden,
        ["not-ready"] = StatusCodes.Status503ServiceUnavailable,
        ["internal-error"] = StatusCodes.Status500InternalServerError,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static int Of(GanglionException exception) => ByCode.TryGetValue(exception.Code, out int status)
        ? status
        : exception switch
        {
            RecordTooLargeException => StatusCodes.Status413PayloadTooLarge,
            FencedException => StatusCodes.Status409Conflict,
            StorageException => StatusCodes.Status507InsufficientStorage,
            CorruptLogException or StateException => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        };
}
