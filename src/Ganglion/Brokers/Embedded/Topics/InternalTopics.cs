namespace Ganglion.Brokers.Embedded.Topics;

/// <summary>The topics that only the broker itself makes, writes and deletes. Other topics of the system are made by whoever needs them.</summary>
internal static class InternalTopics
{
    public static bool Contains(string name) => name == Groups.OffsetTopic.Name;

    /// <exception cref="TopicException">The topic belongs to the broker itself (<c>topic-internal</c>).</exception>
    public static void CheckOwner(string name)
    {
        if (Contains(name))
        {
            throw Topic.Internal(name);
        }
    }
}
