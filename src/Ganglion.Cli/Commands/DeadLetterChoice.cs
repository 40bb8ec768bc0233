using System.CommandLine;
using System.CommandLine.Parsing;
using Ganglion.AspNetCore.DeadLetters;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;

namespace Ganglion.Cli.Commands;

/// <summary>The options that say which dead letters are meant.</summary>
internal sealed class DeadLetterChoice
{
    private readonly Option<string?> _topic = new("--topic") { Description = "Those of this topic, or in this topic of dead letters", HelpName = "TOPIC" };
    private readonly Option<string?> _group = new("--group") { Description = "Those that this group, or agent, could not handle", HelpName = "G" };
    private readonly Option<string?> _error = new("--error") { Description = "Those with this type of exception, with its namespace or without", HelpName = "TYPE" };
    private readonly Option<string?> _since = new("--since") { Description = "Those whose event is not older than a time (2026-01-31T12:00:00Z), or how long (10m)", HelpName = "TIME" };
    private readonly Option<bool>? _decided;
    private readonly Argument<string[]>? _ids;
    private readonly Option<bool>? _all;

    private DeadLetterChoice(Command command, bool isToDecide)
    {
        if (isToDecide)
        {
            command.Add(_ids = new Argument<string[]>("id") { Description = "The letters, as list shows them", Arity = ArgumentArity.ZeroOrMore });
            command.Add(_all = new Option<bool>("--all") { Description = "All that are open" });
            command.Validators.Add(CheckChoice);
        }
        else
        {
            command.Add(_decided = new Option<bool>("--decided") { Description = "Also those that were redriven or discarded" });
        }

        command.Add(_topic);
        command.Add(_group);
        command.Add(_error);
        command.Add(_since);
    }

    /// <summary>Letters that are looked at: all, unless they are narrowed.</summary>
    public static DeadLetterChoice ToList(Command command) => new(command, isToDecide: false);

    /// <summary>Letters that are decided about: named, narrowed, or expressly all.</summary>
    public static DeadLetterChoice ToDecide(Command command) => new(command, isToDecide: true);

    /// <summary>Reads the letters page by page.</summary>
    /// <param name="api">The API.</param>
    /// <param name="command">The command line.</param>
    /// <param name="from">The <c>next</c> of the page before; none: the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">A part of the log cannot be read; the message tells where.</exception>
    public async Task<DeadLetterList> ReadPageAsync(ApiClient api, ParseResult command, string? from, int limit, CancellationToken cancellationToken)
    {
        string query = string.Join('&', QueryOf(command, from, limit).Where(one => one.Value is not null).Select(one => $"{one.Name}={ApiClient.Segment(one.Value!)}"));
        return await api.GetAsync($"dead-letters?{query}", ApiJson.Wire.DeadLetterList, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ids of the letters that are open now, all of them: what is parked again meanwhile is not redriven for ever.</summary>
    public async Task<IReadOnlyList<string>> FindIdsAsync(ApiClient api, ParseResult command, CancellationToken cancellationToken)
    {
        if (command.GetValue(_ids!) is { Length: > 0 } named)
        {
            return named;
        }

        var ids = new List<string>();
        string? next = null;
        do
        {
            DeadLetterList page = await ReadPageAsync(api, command, next, limit: 1_000, cancellationToken).ConfigureAwait(false);
            ids.AddRange(page.Letters.Select(letter => letter.Id));
            next = page.Next;
            if (page.Problem is { } problem)
            {
                throw new CliException($"{problem.Detail} Name the letters instead.");
            }
        }
        while (next is not null);

        return ids;
    }

    private IEnumerable<(string Name, string? Value)> QueryOf(ParseResult command, string? from, int limit) =>
    [
        ("limit", Listing.Number(limit)),
        ("topic", command.GetValue(_topic)),
        ("group", command.GetValue(_group)),
        ("exception", command.GetValue(_error)),
        ("since", command.GetValue(_since)),
        ("decided", _decided is not null && command.GetValue(_decided) ? "true" : null),
        ("from", from),
    ];

    private void CheckChoice(CommandResult command)
    {
        bool isNamed = command.GetValue(_ids!) is { Length: > 0 };
        bool isNarrowed = new Option[] { _topic, _group, _error, _since }.Any(option => command.GetResult(option) is not null);
        bool isAll = command.GetValue(_all!);
        if (isNamed && (isNarrowed || isAll))
        {
            command.AddError("Letters are named or narrowed, not both.");
        }
        else if (!isNamed && !isNarrowed && !isAll)
        {
            command.AddError("Which letters? Name them, narrow them (--topic, --group, --error, --since), or say --all.");
        }
    }
}
