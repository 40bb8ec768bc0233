namespace Ganglion.AspNetCore;

/// <summary>What the HTTP API accepts.</summary>
public sealed class GanglionApiOptions
{
    /// <summary>The largest request body, in bytes; a larger one is refused before it is read. Default 4 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest that a read may wait for records, whatever the caller asks for. Default 30 s; 0 to 49 days.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silent event stream sends a comment, so that both ends notice a broken connection. Default 15 s; 1 ms to 49 days.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether also paths at which nothing lies are answered by problem details, as everything else is. <see langword="false"/> by
    /// default: they are left to the rest of the application. Below a prefix they are always answered.
    /// </summary>
    public bool AnswerUnknownPaths { get; set; }

    /// <summary>
    /// The web origins, such as <c>https://console.example.org</c>, whose pages may call the API. Empty by default: only pages
    /// that this host serves itself may. Callers that are no browser send no origin and are not concerned. What a browser has to be
    /// answered so that such a page may read is left to the platform's CORS middleware.
    /// </summary>
    public ISet<string> AllowedOrigins { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}
