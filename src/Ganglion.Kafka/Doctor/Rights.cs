using Confluent.Kafka.Admin;

namespace Ganglion.Kafka.Doctor;

/// <summary>Compares what a user may do with what agents do.</summary>
internal static class Rights
{
    private static readonly AclOperation[] OfTopics = [AclOperation.Describe, AclOperation.Read, AclOperation.Write];
    private static readonly AclOperation[] OfGroups = [AclOperation.Describe, AclOperation.Read];

    public static Finding OfCluster(IReadOnlyCollection<AclOperation>? allowed, bool createsTopics)
    {
        const string check = "rights: cluster";
        return allowed is not { Count: > 0 }
            ? Finding.Unknown(check, "the cluster does not tell what this user may do.")
            : createsTopics && !allowed.Contains(AclOperation.Create)
                ? Finding.Warning(
                    check,
                    $"The user may {Words(allowed)}, but not create just any topic.",
                    "Grant Create for the topics of the agents, or create them beforehand and set Ganglion:Kafka:AutoCreateTopics=false.")
                : Finding.Ok(check, $"the user may {Words(allowed)}.");
    }

    public static IEnumerable<Finding> OfTopicsOf(IReadOnlyList<TopicDescription> topics) =>
        Of("topics", "topic", OfTopics, [.. topics.Select(topic => (topic.Name, (IReadOnlyCollection<AclOperation>?)topic.AuthorizedOperations))]);

    public static IEnumerable<Finding> OfGroupsOf(IReadOnlyList<ConsumerGroupDescription> groups) =>
        Of("groups", "group", OfGroups, [.. groups.Where(group => !group.Error.IsError).Select(group => (group.GroupId, (IReadOnlyCollection<AclOperation>?)group.AuthorizedOperations))]);

    private static IEnumerable<Finding> Of(
        string what, string one, AclOperation[] needed, IReadOnlyList<(string Name, IReadOnlyCollection<AclOperation>? Allowed)> resources)
    {
        string check = $"rights: {what}";
        if (resources.Count == 0)
        {
            yield break;
        }

        if (resources.All(resource => resource.Allowed is not { Count: > 0 }))
        {
            yield return Finding.Unknown(check, "the cluster does not tell what this user may do.");
            yield break;
        }

        bool isLacking = false;
        foreach ((string name, IReadOnlyCollection<AclOperation>? allowed) in resources)
        {
            AclOperation[] lacking = [.. needed.Except(allowed ?? [])];
            if (lacking.Length > 0)
            {
                isLacking = true;
                yield return Finding.Fault(check, $"The user may not {Words(lacking)} the {one} {name}.", $"Grant {string.Join(", ", lacking)} for it (kafka-acls.sh).");
            }
        }

        if (!isLacking)
        {
            yield return Finding.Ok(check, $"the user may {Words(needed)} all {resources.Count} {what} of the agents.");
        }
    }

    private static string Words(IEnumerable<AclOperation> operations) => string.Join(", ", operations.Order().Select(operation => operation.ToString().ToLowerInvariant()));
}
