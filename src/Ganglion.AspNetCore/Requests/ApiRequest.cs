using System.Diagnostics;
using System.Globalization;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ganglion.AspNetCore.Requests;

/// <summary>One request: what it names, what it asks for, and where its answer goes.</summary>
internal sealed partial class ApiRequest(Api api, HttpContext http)
{
    public Api Api { get; } = api;

    public HttpContext Http { get; } = http;

    public GanglionApiOptions Options => Api.Options;

    public IEventBroker Broker => Api.Broker;

    /// <summary>The caller has gone.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The caller wants to know how it would be answered, not the answer: a stream is not begun.</summary>
    public bool IsHead => HttpMethods.IsHead(Http.Request.Method);

    public string Topic => Route("topic");

    public string Group => Route("group") is { Length: <= 249 } group
        ? group
        : throw new ApiException("parameter-invalid", "The name of a group has at most 249 characters.");

    public string Channel => Route("channel") is { Length: <= 249 } channel && channel.All(static one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-')
        ? channel
        : throw new ApiException("parameter-invalid", "The name of a channel is 1 to 249 of the characters a-z A-Z 0-9 . _ -.");

    public string Route(string name) => (string)Http.GetRouteValue(name)!;

    /// <summary>The trace that the request is a part of: this host's own if it records one, else the caller's.</summary>
    public TraceContext Trace => Activity.Current is { Recorded: true } activity ? TraceContext.Of(activity)
        : Http.Request.Headers.TraceParent is [{ Length: > 0 } parent] ? new(parent, Http.Request.Headers.TraceState)
        : default;

    /// <summary>The topic that the path names.</summary>
    public ValueTask<TopicDescription> DescribeTopicAsync() => DescribeTopicAsync(Topic);

    public async ValueTask<TopicDescription> DescribeTopicAsync(string name) =>
        await Broker.Topics.FindAsync(name, Aborted).ConfigureAwait(false)
        ?? throw new TopicException("topic-not-found", $"There is no topic '{name}'.");

    /// <summary>The last value of a query parameter; <see langword="null"/> if it was not given.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    public IReadOnlyList<string?> QueryAll(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values : [];

    public int QueryNumber(string name, int fallback, int min, int max) => Query(name) is not { } text
        ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new ApiException("parameter-invalid", $"'{name}' must be a number from {min} to {max}, not '{text}'.");

    public bool QueryFlag(string name) => Query(name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw new ApiException("parameter-invalid", $"'{name}' must be true or false, not '{text}'."),
    };

    public TimeSpan QueryDuration(string name) => Query(name) is not { } text
        ? TimeSpan.Zero
        : Duration.TryParse(text, out TimeSpan value)
            ? value
            : throw new ApiException("parameter-invalid", $"'{name}' must be a duration such as 500ms, 10s or 2m, not '{text}'.");
}
