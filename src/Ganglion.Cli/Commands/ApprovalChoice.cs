using System.CommandLine;
using System.CommandLine.Parsing;
using Ganglion.AspNetCore.Approvals;
using Ganglion.Cli.Client;

namespace Ganglion.Cli.Commands;

/// <summary>The options that say which approvals are meant.</summary>
internal sealed class ApprovalChoice
{
    private readonly Option<string?> _queue = new("--queue") { Description = "Those of this queue", HelpName = "Q" };
    private readonly Option<string?> _agent = new("--agent") { Description = "Those of this agent", HelpName = "A" };
    private readonly Option<string?> _rule = new("--rule") { Description = "Those that this rule has held up", HelpName = "R" };
    private readonly Option<string?> _channel = new("--channel") { Description = "Those that were published to this channel", HelpName = "C" };
    private readonly Option<bool> _unclaimed = new("--unclaimed") { Description = "Those that nobody has claimed" };
    private readonly Option<string?> _before = new("--before")
    {
        Description = "Those that are held up since before a time (2026-01-31T12:00:00Z), or for so long (10m)", HelpName = "TIME",
    };

    private readonly Argument<string[]>? _ids;

    private ApprovalChoice(Command command, bool isToDecide)
    {
        if (isToDecide)
        {
            command.Add(_ids = new Argument<string[]>("id")
            {
                Description = "The approvals, as list shows them; ID@VERSION says which version you have looked at", Arity = ArgumentArity.ZeroOrMore,
            });
            command.Validators.Add(CheckChoice);
        }

        foreach (Option option in Narrowing)
        {
            command.Add(option);
        }
    }

    private Option[] Narrowing => [_queue, _agent, _rule, _channel, _unclaimed, _before];

    /// <summary>Approvals that are looked at: all, unless they are narrowed.</summary>
    public static ApprovalChoice ToList(Command command) => new(command, isToDecide: false);

    /// <summary>Approvals that are decided about: named or narrowed.</summary>
    public static ApprovalChoice ToDecide(Command command) => new(command, isToDecide: true);

    /// <summary>Those that are named; none: they are narrowed.</summary>
    public string[]? NamedIn(ParseResult command) => command.GetValue(_ids!) is { Length: > 0 } ids ? ids : null;

    public ApprovalFilterRequest FilterIn(ParseResult command) => new()
    {
        Queue = command.GetValue(_queue),
        Agent = command.GetValue(_agent),
        Rule = command.GetValue(_rule),
        Channel = command.GetValue(_channel),
        Unclaimed = command.GetValue(_unclaimed),
        Before = command.GetValue(_before),
    };

    /// <summary>The same for the query of a list.</summary>
    public string QueryIn(ParseResult command, params (string Name, string? Value)[] others)
    {
        ApprovalFilterRequest filter = FilterIn(command);
        IEnumerable<(string Name, string? Value)> all =
        [
            ("queue", filter.Queue), ("agent", filter.Agent), ("rule", filter.Rule), ("channel", filter.Channel),
            ("unclaimed", filter.Unclaimed ? "true" : null), ("before", filter.Before), .. others,
        ];
        return string.Join('&', all.Where(one => one.Value is not null).Select(one => $"{one.Name}={ApiClient.Segment(one.Value!)}"));
    }

    private void CheckChoice(CommandResult command)
    {
        bool isNamed = command.GetValue(_ids!) is { Length: > 0 };
        bool isNarrowed = Array.Exists(Narrowing, option => command.GetResult(option) is not null);
        if (isNamed == isNarrowed)
        {
            command.AddError(isNamed
                ? "Approvals are named or narrowed, not both."
                : "Which approvals? Name them, or narrow them (--queue, --agent, --rule, --channel, --unclaimed, --before).");
        }
    }
}
