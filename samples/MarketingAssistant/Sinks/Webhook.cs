using System.Net;
using Ganglion.Agents;
using Ganglion.Events;

namespace MarketingAssistant.Sinks;

/// <summary>Posts events to an address, as CloudEvents over HTTP in binary mode. What fails is tried again by who asks for it.</summary>
public sealed class Webhook(HttpClient client, Uri address)
{
    /// <summary>The header that tells a receiver that it has got an event before.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <exception cref="HttpRequestException">It has not come there, as far as can be told; later it may.</exception>
    /// <exception cref="UnprocessableEventException">The receiver does not want it.</exception>
    public async Task PostAsync(CloudEvent told, string idempotencyKey, CancellationToken cancellationToken)
    {
        HttpEventMessage message = HttpEvents.Write(told);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Headers.Add(KeyHeader, idempotencyKey);
        foreach ((string name, string value) in message.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests))
        {
            throw new UnprocessableEventException($"{address} does not want it: {(int)response.StatusCode} {response.ReasonPhrase}.");
        }

        response.EnsureSuccessStatusCode();
    }
}
