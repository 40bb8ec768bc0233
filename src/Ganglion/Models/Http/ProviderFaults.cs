using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Ganglion.Models.Http;

/// <summary>Says what a provider of models did not do as it should, in words that help.</summary>
/// <param name="name">What it is called.</param>
/// <param name="address">Where it is.</param>
/// <param name="remedy">What to do if nobody answers there, a sentence.</param>
/// <param name="timeout">How long it may be silent.</param>
/// <param name="time">The clock.</param>
/// <param name="secret">What must not be told.</param>
internal sealed class ProviderFaults(string name, Uri address, string remedy, TimeSpan timeout, TimeProvider time, string? secret)
{
    private const int MaxTextLength = 500;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    private readonly string _place = $"{name} at {address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";

    public ModelProviderException Unreachable(Exception reason) =>
        new(ModelFault.Unreachable, $"{_place} cannot be reached: {Shown(reason.Message)}. {remedy}", reason);

    public ModelProviderException TimedOut(Exception reason) =>
        new(ModelFault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"{_place} was silent for {timeout.TotalSeconds:0.###} s. Try again, or raise Timeout."), reason);

    public ModelProviderException CutOff(Exception? reason = null) =>
        new(ModelFault.Broken, $"The answer of {_place} was cut off. Try again.", reason);

    public ModelProviderException TooLarge() =>
        new(ModelFault.Broken, $"The answer of {_place} is larger than {BoundedBody.MaxBytes >> 20} MiB, or a piece of it than {BoundedBody.MaxItemBytes >> 20} MiB. See what answers there.");

    // What a parser says of JSON tells where it stopped, not what was there.
    public ModelProviderException Malformed(Exception? reason = null) =>
        new(ModelFault.Broken, $"The answer of {_place} is not what it should be{(reason is JsonException json ? $": malformed JSON at {(json.Path is { Length: > 0 } path ? path : "$")}" : "")}. See what answers there.", reason);

    public ModelProviderException NoAnswer(string mediaType) =>
        new(ModelFault.Broken, $"{_place} answers with {Shown(mediaType)} instead of JSON. {remedy}");

    /// <summary>What a provider says in the middle of an answer.</summary>
    public ModelProviderException Told(JsonElement error)
    {
        string text = Shown(TextOf(error) ?? "no reason given");
        return error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out JsonElement code) && code.ToString() is "429" or "503" or "529" or "rate_limit_exceeded" or "overloaded"
            ? new ModelProviderException(ModelFault.Overloaded, $"{_place} is overloaded: {text}. Try again later.")
            : new ModelProviderException(ModelFault.Broken, $"{_place} has failed: {text}. Try again.");
    }

    /// <summary>A text of an answer.</summary>
    /// <exception cref="ModelProviderException">It has escapes that make no sense.</exception>
    public string WordsOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw Malformed(exception);
        }
    }

    /// <summary>What a provider says instead of an answer.</summary>
    public ModelProviderException Status(HttpResponseMessage response, string body)
    {
        string text = Shown(TextOf(response, body));
        int status = (int)response.StatusCode;
        TimeSpan? retryAfter = RetryAfterOf(response.Headers);
        (ModelFault fault, string message) = status switch
        {
            429 or 503 or 529 => (ModelFault.Overloaded, $"{_place} is overloaded ({status}): {text}. Try again later{(retryAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $", in {after.TotalSeconds:0.###} s") : "")}."),
            408 or 504 => (ModelFault.TimedOut, $"{_place} took too long ({status}): {text}. Try again."),
            >= 400 and < 500 => (ModelFault.Refused, $"{_place} refuses the call ({status}): {text}.{AdviceFor(response.StatusCode)}"),
            < 400 => (ModelFault.Broken, $"{_place} answers with {status}{(response.Headers.Location is { } location ? $", to {Shown(location.OriginalString)}" : "")}: {text}. {remedy}"),
            _ => (ModelFault.Broken, $"{_place} has failed ({status}): {text}. Try again."),
        };
        return new ModelProviderException(fault, message) { StatusCode = response.StatusCode, RetryAfter = retryAfter };
    }

    private static string AdviceFor(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => " Check the key.",
        HttpStatusCode.NotFound => " Check the name of the model, and the address.",
        HttpStatusCode.RequestEntityTooLarge => " Send less.",
        _ => " Correct the call.",
    };

    private TimeSpan? RetryAfterOf(HttpResponseHeaders headers)
    {
        TimeSpan? after = headers.TryGetValues("retry-after-ms", out IEnumerable<string>? values)
            && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double milliseconds)
            && milliseconds <= MaxRetryAfter.TotalMilliseconds
                ? TimeSpan.FromMilliseconds(milliseconds)
                : headers.RetryAfter is { Date: { } date } ? date - time.GetUtcNow() : headers.RetryAfter?.Delta;
        return after is not { } wait ? null : wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxRetryAfter ? MaxRetryAfter : wait;
    }

    private static string TextOf(HttpResponseMessage response, string body)
    {
        if (body.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                return TextOf(JsonElement.Parse(body)) ?? "no reason given";
            }
            catch (JsonException)
            {
                // A text, then.
            }
        }

        return response.Content.Headers.ContentType?.MediaType is "text/html" || body.AsSpan().TrimStart().StartsWith("<")
            ? "a page of HTML"
            : body.Length > 0 ? body : response.ReasonPhrase ?? "no reason given";
    }

    // {"error": {"message": …}}, {"error": …}, {"message": …}, {"detail": …}
    private static string? TextOf(JsonElement told)
    {
        if (told.ValueKind == JsonValueKind.String)
        {
            return ReadText(told);
        }

        if (told.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (string member in (ReadOnlySpan<string>)["error", "message", "detail", "code", "type"])
        {
            if (told.TryGetProperty(member, out JsonElement value) && TextOf(value) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    // A text may have escapes that make no sense.
    private static string? ReadText(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText();
        }
    }

    private string Shown(string text)
    {
        string told = string.IsNullOrEmpty(secret) ? text : text.Replace(secret, "***", StringComparison.Ordinal);
        told = string.Concat(told.Take(MaxTextLength + 1).Select(character => char.IsControl(character) ? ' ' : character)).Trim().TrimEnd('.');
        return told.Length > MaxTextLength ? $"{told[..MaxTextLength]}…" : told.Length == 0 ? "no reason given" : told;
    }
}
