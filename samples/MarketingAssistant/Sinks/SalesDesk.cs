using System.Text.RegularExpressions;
using Ganglion.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MarketingAssistant.Sinks;

/// <summary>Stands in for the chat of the sales people: takes CloudEvents by HTTP, and keeps a file of each. What comes again under its key counts once.</summary>
internal sealed partial class SalesDesk : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SalesDesk(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(new Uri(_app.Urls.First()), "/notifications");

    public static async Task<SalesDesk> OpenAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.MapPost("/notifications", (HttpRequest request, CancellationToken cancellationToken) => TakeAsync(folder, request, cancellationToken));
        await app.StartAsync();
        return new SalesDesk(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<IResult> TakeAsync(string folder, HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        IEnumerable<KeyValuePair<string, string>> headers = request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));
        string key = request.Headers[Webhook.KeyHeader].ToString();
        if (!Key().IsMatch(key) || !HttpEvents.TryRead(headers, body.ToArray(), out IReadOnlyList<CloudEvent>? events) || events is not [{ Data: { } notice }])
        {
            return Results.BadRequest();
        }

        await SafeFile.WriteAsync(Path.Combine(folder, $"{key}.json"), notice, cancellationToken);
        return Results.NoContent();
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9-]{1,100}\z")]
    private static partial Regex Key();
}
