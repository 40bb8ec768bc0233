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

    /// <summary>As <see cref="PrepareAsync"/>, for a commit: a topic that was there and is no more may be an agent's own, which knows how it is to be.</summary>
    /// <exception cref="TopicException">It was deleted (<c>topic-not-found</c>). This is told once: then it is created as any other.</exception>
    public ValueTask PrepareForCommitAsync(string name, CancellationToken cancellationToken) =>
        known.Contains(name) ? default : new(PrepareUnlessMissedAsync(name, cancellationToken));

    /// <summary>A topic that was there is there no more: it is looked for when it is needed next.</summary>
    public void Forget(string name) => known.Forget(name);

    private async Task PrepareUnlessMissedAsync(string name, CancellationToken cancellationToken)
    {
        if (known.IsMissed(name)
            && (await known.FindAsync([name], cancellationToken).ConfigureAwait(false))[name].Partitions == 0
            && known.EndMissing(name))
        {
            throw new TopicException("topic-not-found", $"Topic '{name}' was deleted. Create it as it is to be; otherwise it is created when it is written to next.");
        }

        await PrepareAsync(name, cancellationToken).ConfigureAwait(false);
    }

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
