using System.Globalization;
using System.Text.RegularExpressions;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A member of a group that kcat is. It tells its partitions beside what it reads.</summary>
internal sealed partial class KcatMember(string servers, string group, string topic) : GroupMember
{
    private ForeignProgram? _kcat;
    private Task _reading = Task.CompletedTask;
    private volatile bool _isLeft;

    public override Task JoinAsync()
    {
        string[] options =
        [
            "-b", servers, "-X", "auto.offset.reset=earliest", "-X", "session.timeout.ms=3000", "-X", "heartbeat.interval.ms=300", "-J", "-u",
            "-G", group, topic,
        ];
        _kcat = ForeignProgram.Start("kcat", options, Take);
        _reading = ReadAsync(_kcat);
        return Task.CompletedTask;
    }

    public override async Task LeaveAsync()
    {
        _isLeft = true;
        await _kcat!.InterruptAsync();
        await _reading;
        await _kcat.EndAsync();
    }

    public override async Task KillAsync()
    {
        _isLeft = true;
        if (_kcat is { } kcat)
        {
            await kcat.DisposeAsync();
            await _reading;
        }
    }

    // % Group readers rebalanced (memberid rdkafka-…): assigned: notes [0], notes [1]
    private void Take(string line)
    {
        if (line.Contains(" rebalanced ", StringComparison.Ordinal))
        {
            Owned = line.Contains(": assigned: ", StringComparison.Ordinal)
                ? [.. Partition().Matches(line).Select(partition => int.Parse(partition.Groups[1].Value, CultureInfo.InvariantCulture)).Order()]
                : [];
        }
    }

    private async Task ReadAsync(ForeignProgram kcat)
    {
        try
        {
            while (await kcat.TryReadLineAsync() is { } line)
            {
                Values.Enqueue(KcatClient.Read(line).Text!);
            }

            if (!_isLeft)
            {
                Fail(await kcat.FailedAsync());
            }
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex Partition();
}
