using System.CommandLine;
using System.CommandLine.Parsing;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion consume</c></summary>
internal sealed partial class ConsumeCommand : Command
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _topic = new("topic") { Description = "The topic" };

    private readonly Option<string?> _group = new("--group")
    {
        Description = "Read as a member of this consumer group, and commit what was printed",
        HelpName = "G",
    };

    private readonly Option<bool> _fromBeginning = new("--from-beginning")
    {
        Description = "Begin at the oldest event; with --group only where it has committed nothing [default, unless --follow]",
    };

    private readonly Option<long?> _offset = new("--offset") { Description = "Begin at this offset", HelpName = "N" };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Begin at this time, such as 2026-01-31T12:00:00Z, or so long ago, such as 10m",
        HelpName = "TIME",
    };

    private readonly Option<int?> _partition = new("--partition") { Description = "One partition only", HelpName = "P" };

    private readonly Option<long?> _max = new("--max") { Description = "End after so many events", HelpName = "N" };

    private readonly Option<bool> _follow = new("--follow") { Description = "Do not end at the newest event, but wait for more, until Ctrl-C" };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "One JSON object a line, with place, key and attributes, as the HTTP API shows it",
    };

    public ConsumeCommand(Terminal terminal, Connection connection)
        : base("consume", "Print the events of a topic; into a pipe, only their data")
    {
        _terminal = terminal;
        Add(_topic);
        Add(_group);
        Add(_fromBeginning);
        Add(_offset);
        Add(_since);
        Add(_partition);
        Add(_max);
        Add(_follow);
        Add(_json);
        Validators.Add(Validate);
        SetAction(connection.Use(RunAsync));
    }

    private void Validate(CommandResult command)
    {
        bool IsGiven(Option option) => command.GetResult(option) is { Implicit: false };

        if (new Option[] { _fromBeginning, _offset, _since }.Count(IsGiven) > 1)
        {
            command.AddError("--from-beginning, --offset and --since exclude one another.");
        }

        if (IsGiven(_group) && new Option[] { _offset, _since, _partition }.Any(IsGiven))
        {
            command.AddError("A group goes on where it was: move it with 'ganglion groups reset', not with --offset, --since or --partition.");
        }
    }

    private string PathOf(ParseResult command)
    {
        bool follow = command.GetValue(_follow);
        string topic = ApiClient.Segment(command.GetRequiredValue(_topic));
        string from = command.GetValue(_offset) is { } offset ? $"{offset}"
            : command.GetValue(_since) is { } since ? ApiClient.Segment(since)
            : command.GetValue(_fromBeginning) || !follow ? "earliest"
            : "latest";
        string range = $"from={from}{(follow ? "" : "&to=latest")}";
        return command.GetValue(_group) is { } group ? $"groups/{ApiClient.Segment(group)}/events?topic={topic}&{range}"
            : command.GetValue(_partition) is { } partition ? $"topics/{topic}/events?{range}&partition={partition}"
            : $"topics/{topic}/events?{range}";
    }
}
