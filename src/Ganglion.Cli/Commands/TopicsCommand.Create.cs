using System.CommandLine;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.Topics;

namespace Ganglion.Cli.Commands;

internal sealed partial class TopicsCommand
{
    private Command CreateCreateCommand()
    {
        Argument<string> name = TopicArgument();
        var partitions = new Option<int?>("--partitions") { Description = "How many partitions", HelpName = "N" };
        var replication = new Option<short?>("--replication") { Description = "How many copies of each, where there is a cluster", HelpName = "N" };
        Option<string> cleanup = new Option<string>("--cleanup") { Description = "What becomes of old events" }
            .AcceptOnlyFromAmong("none", "delete", "compact", "compact,delete");
        var retention = new Option<TimeSpan?>("--retention")
        {
            Description = "How long events are kept: 12h, 7d, or 'forever'",
            HelpName = "TIME",
            CustomParser = DurationArgument.Parse,
        };
        var retentionBytes = new Option<long?>("--retention-bytes") { Description = "How much each partition keeps", HelpName = "BYTES" };
        var maxMessageBytes = new Option<int?>("--max-message-bytes") { Description = "The largest event", HelpName = "BYTES" };
        var create = new Command("create", "Create a topic") { name, partitions, replication, cleanup, retention, retentionBytes, maxMessageBytes };
        create.SetAction(_connection.UseOrCreate(async (api, command, cancellationToken) =>
        {
            var wanted = new TopicRequest(command.GetRequiredValue(name))
            {
                Partitions = command.GetValue(partitions),
                ReplicationFactor = command.GetValue(replication),
                Cleanup = command.GetValue(cleanup),
                RetentionMs = (long?)command.GetValue(retention)?.TotalMilliseconds,
                RetentionBytes = command.GetValue(retentionBytes),
                MaxMessageBytes = command.GetValue(maxMessageBytes),
            };
            TopicView topic = await api.PostAsync(
                "topics", wanted, ApiJson.Wire.TopicRequest, ApiJson.Wire.TopicView, cancellationToken).ConfigureAwait(false);
            _terminal.WriteLine($"created {topic.Name} with {topic.Partitions.Count} partition{(topic.Partitions.Count == 1 ? "" : "s")}");
        }));
        return create;
    }
}
