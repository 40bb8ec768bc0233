using System.Collections.Concurrent;
using Ganglion.Brokers;

namespace Ganglion.Kafka.Topics;

/// <summary>Sees to it that topics are there before they are written to or subscribed to.</summary>
/// <param name="topics">Creates them.</param>
/// <param name="known">Knows which there are.</param>
/// <param name="creates">Whether those that are not there may be created.</param>
internal sealed class TopicPreparation(ITopicAdministration topics, ClusterTopics known, bool creates)
{
    private readonly ConcurrentDictionary<string, Task> _preparing = new(StringComparer.Ordinal);

    /// <summary>Creates those of the topics that are not there, if that is allowed.</summary>
    public async ValueTask CreateMissingAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (!creates)
        {
            return;
        }

        foreach ((string name, ClusterTopic topic) in await known.FindAsync(names, cancellationToken).ConfigureAwait(false))
        {
            if (topic.Partitions == 0)
            {
                await topics.EnsureAsync(name, new TopicSettings(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sees to it that a topic is there. Who knows that it is does not wait.</summary>
    /// <exception cref="TopicException">It is not there, and not created on first use (<c>topic-not-found</c>).</exception>
    public ValueTask PrepareAsync(string name, CancellationToken cancellationToken) =>
        known.Contains(name) ? default : new(_preparing.GetOrAdd(name, PrepareOnceAsync).WaitAsync(cancellationToken));

    /// <summary>A topic that was there is there no more: it is looked for when it is needed next.</summary>
    public void Forget(string name) => known.Forget(name);

    // Whoever writes to it meanwhile waits for the same.
    private async Task PrepareOnceAsync(string name)
    {
        await Task.Yield();
        try
        {
            await FindOrCreateAsync(name).ConfigureAwait(false);
        }
        finally
        {
            _preparing.TryRemove(name, out _);
        }
    }

    private async Task FindOrCreateAsync(string name)
    {
        if ((await known.FindAsync([name], CancellationToken.None).ConfigureAwait(false))[name].Partitions > 0)
        {
            return;
        }

        if (!creates)
        {
            throw new TopicException("topic-not-found", $"Topic '{name}' does not exist. Create it first, or let topics be created on first use.");
        }

        await topics.EnsureAsync(name, new TopicSettings(), CancellationToken.None).ConfigureAwait(false);
        await known.AskAsync([name], CancellationToken.None).ConfigureAwait(false);
    }
}
