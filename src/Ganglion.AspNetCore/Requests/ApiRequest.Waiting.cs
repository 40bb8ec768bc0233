using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ganglion.AspNetCore.Requests;

internal sealed partial class ApiRequest
{
    /// <summary>Ends when the caller has gone, or the host goes: for streams that have no end of their own.</summary>
    public CancellationTokenSource EndWithHost() => CancellationTokenSource.CreateLinkedTokenSource(Aborted, Api.Stopping);

    /// <summary>Ends after a wait, which the options limit, and with the host.</summary>
    public CancellationTokenSource GiveUpAfter(TimeSpan wait)
    {
        CancellationTokenSource ending = EndWithHost();
        ending.CancelAfter(wait < Options.MaxWait ? wait : Options.MaxWait);
        return ending;
    }

    /// <summary>Whether the query asks for an end where the log ends now: <c>to=latest</c>.</summary>
    public bool QueryToLatest() => Query("to") switch
    {
        null => false,
        "latest" => true,
        { } text => throw new ApiException("parameter-invalid", $"'to' must be 'latest', not '{text}'."),
    };

    /// <summary>Refuses a caller that does not take what the resource is served as.</summary>
    public void RequireAcceptable(string mediaType)
    {
        IList<MediaTypeHeaderValue> accepted = Http.Request.GetTypedHeaders().Accept;
        if (accepted.Count > 0 && !accepted.Any(range => new MediaTypeHeaderValue(mediaType).IsSubsetOf(range)))
        {
            throw new ApiException("not-acceptable", $"{Http.Request.Path} is served as {mediaType} only.");
        }
    }
}
