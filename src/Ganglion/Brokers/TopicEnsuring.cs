namespace Ganglion.Brokers;

internal static class TopicEnsuring
{
    /// <summary>Describes a topic, after creating it if it is not there.</summary>
    public static async ValueTask<TopicDescription> EnsureAsync(
        this ITopicAdministration topics, string name, TopicSettings settings, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        try
        {
            return await topics.CreateAsync(name, settings, cancellationToken).ConfigureAwait(false);
        }
        catch (TopicException exception) when (exception.Code == "topic-exists")
        {
            // Somebody else was faster; only if it is already gone again does this go round once more.
            return await topics.EnsureAsync(name, settings, cancellationToken).ConfigureAwait(false);
        }
    }
}
