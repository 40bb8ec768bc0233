using System.Collections.Concurrent;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.Extensions.Logging;

namespace Ganglion.Models.Streaming;

/// <summary>
/// Brings answers of models to channels while they are made, so that others can read along. What is there is for eyes only: nothing rests on it, it comes before the handler's commit, and
/// if it cannot be written, the handler goes on without.
/// </summary>
/// <param name="topics">Has the topics.</param>
/// <param name="publish">Publishes an event under a key.</param>
/// <param name="time">Tells the events' time.</param>
/// <param name="logger">Is told what cannot be written.</param>
internal sealed partial class AnswerStreams(
    ITopicAdministration topics, Func<string, CloudEvent, string, ValueTask> publish, TimeProvider time, ILogger logger)
{
    // What was said a day ago is where the handler has put it.
    private static readonly TopicSettings Settings = new() { Partitions = 4, Retention = TimeSpan.FromDays(1) };

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly ILogger _logger = logger;

    /// <summary>The time, for the events.</summary>
    public TimeProvider Time => time;

    /// <summary>Publishes a part of an answer.</summary>
    /// <returns>Whether it lies on the log.</returns>
    public async ValueTask<bool> TryPublishAsync(string channel, CloudEvent part, string key)
    {
        try
        {
            if (!_known.ContainsKey(channel))
            {
                await topics.EnsureAsync(channel, Settings, CancellationToken.None).ConfigureAwait(false);
                _known.TryAdd(channel, true);
            }

            await publish(channel, part, key).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is GanglionException or ObjectDisposedException or InvalidOperationException)
        {
            LogLost(exception, channel);
            return false;
        }
    }

    [LoggerMessage(300, LogLevel.Warning, "An answer could not be shown on {Channel} while it was made; the handler goes on without.")]
    private partial void LogLost(Exception exception, string channel);
}
