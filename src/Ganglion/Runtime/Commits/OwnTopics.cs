using Ganglion.Brokers;

namespace Ganglion.Runtime.Commits;

/// <summary>Looks after the topics that an agent has of its own.</summary>
/// <param name="own">Their names.</param>
/// <param name="topics">Knows which there are.</param>
internal sealed class OwnTopics(AgentTopics own, ITopicAdministration topics)
{
    /// <summary>
    /// One of them may have been deleted. A commit would have it created as any other topic, and forget what it is for; an agent that begins
    /// again creates it as it is to be.
    /// </summary>
    /// <exception cref="TopicException">One of them was deleted.</exception>
    public async ValueTask ThrowIfMissingAsync(CancellationToken cancellationToken)
    {
        foreach (string name in (string[])[own.Inbox, own.State, own.Timers, own.Journal])
        {
            if (await topics.FindAsync(name, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new TopicException(
                    TopicException.NotFound, $"'{name}' was deleted, which {own.Agent} cannot do without. It begins again from the last commit, and creates it anew.");
            }
        }
    }
}
