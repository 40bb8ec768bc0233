using System.CommandLine;
using System.Globalization;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.Topics;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

internal sealed partial class TopicsCommand
{
    private Command CreateListCommand()
    {
        Option<bool> json = Listing.JsonOption();
        var all = new Option<bool>("--internal") { Description = "Also the topics of the system itself" };
        var list = new Command("list", "List all topics") { all, json };
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string path = command.GetValue(all) ? "topics?internal=true" : "topics";
            TopicList topics = await api.GetAsync(path, ApiJson.Wire.TopicList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, topics.Topics, ApiJson.Wire.TopicView);
                return;
            }

            var table = new TextTable("TOPIC", TextColumn.Number("PARTITIONS"), TextColumn.Number("RECORDS"), TextColumn.Number("BYTES"), "CLEANUP", "RETENTION");
            foreach (TopicView topic in topics.Topics)
            {
                table.Add(
                    topic.Name,
                    topic.Partitions.Count.ToString(CultureInfo.InvariantCulture),
                    Listing.Number(topic.Partitions.Sum(p => p.LatestOffset - p.EarliestOffset)),
                    Listing.Number(topic.Partitions.Sum(p => p.Bytes)),
                    topic.Settings.Cleanup ?? "",
                    Listing.Retention(topic.Settings));
            }

            table.WriteTo(_terminal);
        }));
        return list;
    }

    private Command CreateDescribeCommand()
    {
        Argument<string> name = TopicArgument();
        Option<bool> json = Listing.JsonOption();
        var describe = new Command("describe", "Show a topic's settings, and the bounds of its partitions") { name, json };
        describe.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            TopicView topic = await api.GetAsync(
                $"topics/{ApiClient.Segment(command.GetRequiredValue(name))}", ApiJson.Wire.TopicView, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, [topic], ApiJson.Wire.TopicView);
                return;
            }

            _terminal.WriteLine($"{topic.Name}: {Listing.Describe(topic.Settings)}");
            var table = new TextTable(
                TextColumn.Number("PARTITION"), TextColumn.Number("EARLIEST"), TextColumn.Number("LATEST"), TextColumn.Number("BYTES"));
            foreach (PartitionView partition in topic.Partitions)
            {
                table.Add(
                    Listing.Number(partition.Partition),
                    Listing.Number(partition.EarliestOffset),
                    Listing.Number(partition.LatestOffset),
                    Listing.Number(partition.Bytes));
            }

            table.WriteTo(_terminal);
        }));
        return describe;
    }
}
