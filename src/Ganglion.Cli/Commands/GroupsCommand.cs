using System.CommandLine;
using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion groups list|describe|reset|delete</c></summary>
internal sealed class GroupsCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public GroupsCommand(Terminal terminal, Connection connection)
        : base("groups", "List, describe, reset and delete consumer groups")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateDescribeCommand());
        Add(CreateResetCommand());
        Add(CreateDeleteCommand());
    }

    private static Argument<string> GroupArgument() => new("group") { Description = "The consumer group" };

    private static string PathOf(string group) => $"groups/{ApiClient.Segment(group)}";

    private Command CreateListCommand()
    {
        Option<bool> json = Listing.JsonOption();
        var list = new Command("list", "List all groups with their lag") { json };
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            GroupList groups = await api.GetAsync("groups", ApiJson.Wire.GroupList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, groups.Groups, ApiJson.Wire.GroupView);
                return;
            }

            var table = new TextTable("GROUP", "STATE", TextColumn.Number("MEMBERS"), TextColumn.Number("LAG"));
            foreach (GroupView group in groups.Groups)
            {
                table.Add(group.Id, group.State, Listing.Number(group.Members.Count), Listing.Number(group.Lag));
            }

            table.WriteTo(_terminal);
        }));
        return list;
    }

    private Command CreateDescribeCommand()
    {
        Argument<string> name = GroupArgument();
        Option<bool> json = Listing.JsonOption();
        var describe = new Command("describe", "Show a group's offsets, lag and members") { name, json };
        describe.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            GroupView group = await api.GetAsync(
                PathOf(command.GetRequiredValue(name)), ApiJson.Wire.GroupView, cancellationToken).ConfigureAwait(false);
            Write(group, command.GetValue(json));
        }));
        return describe;
    }

    private Command CreateResetCommand()
    {
        Argument<string> name = GroupArgument();
        var topic = new Option<string>("--topic") { Description = "The topic", HelpName = "TOPIC", Required = true };
        var partition = new Option<int?>("--partition") { Description = "One partition only", HelpName = "P" };
        var to = new Option<string>("--to")
        {
            Description = "earliest, latest, an offset, a time (2026-01-31T12:00:00Z), or how long ago (10m)",
            HelpName = "POSITION",
            Required = true,
        };
        Option<bool> json = Listing.JsonOption();
        var reset = new Command("reset", "Move the offsets of a group that has no members: it will read again, or skip")
        {
            name, topic, partition, to, json,
        };
        reset.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            var wanted = new ResetRequest(command.GetRequiredValue(topic), command.GetRequiredValue(to))
            {
                Partition = command.GetValue(partition),
            };
            GroupView group = await api.PostAsync(
                $"{PathOf(command.GetRequiredValue(name))}/reset",
                wanted,
                ApiJson.Wire.ResetRequest,
                ApiJson.Wire.GroupView,
                cancellationToken).ConfigureAwait(false);
            Write(group, command.GetValue(json));
        }));
        return reset;
    }

    private Command CreateDeleteCommand()
    {
        Argument<string> group = GroupArgument();
        var delete = new Command("delete", "Delete a group that has no members, and the offsets that it committed") { group };
        delete.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string name = command.GetRequiredValue(group);
            await api.DeleteAsync(PathOf(name), cancellationToken).ConfigureAwait(false);
            _terminal.WriteLine($"deleted {name}");
        }));
        return delete;
    }

    private void Write(GroupView group, bool json)
    {
        if (json)
        {
            Listing.WriteJson(_terminal, [group], ApiJson.Wire.GroupView);
            return;
        }

        _terminal.WriteLine($"{group.Id}: {group.State}, lag {group.Lag}");
        var offsets = new TextTable(
            "TOPIC", TextColumn.Number("PARTITION"), TextColumn.Number("COMMITTED"), TextColumn.Number("LATEST"), TextColumn.Number("LAG"), "MEMBER");
        Dictionary<PartitionName, GroupOffsetView> committed = group.Offsets.ToDictionary(offset => new PartitionName(offset.Topic, offset.Partition));
        Dictionary<PartitionName, string> members = group.Members
            .SelectMany(member => member.Assignment, (member, partition) => (partition, member.Id))
            .ToLookup(pair => pair.partition, pair => pair.Id)
            .ToDictionary(ids => ids.Key, ids => string.Join(' ', ids));
        foreach (PartitionName partition in committed.Keys.Union(members.Keys).OrderBy(one => one.Topic, StringComparer.Ordinal).ThenBy(one => one.Partition))
        {
            GroupOffsetView? offset = committed.GetValueOrDefault(partition);
            offsets.Add(
                partition.Topic,
                Listing.Number(partition.Partition),
                Listing.Number(offset?.Committed),
                Listing.Number(offset?.Latest),
                Listing.Number(offset?.Lag),
                members.GetValueOrDefault(partition, "-"));
        }

        offsets.WriteTo(_terminal);
    }
}
