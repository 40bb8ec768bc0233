using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Ganglion.AspNetCore.Records;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion produce</c></summary>
internal sealed class ProduceCommand : Command
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _topic = new("topic") { Description = "The topic" };

    private readonly Option<string?> _key = new("--key") { Description = "The key of every event: those of a key keep their order", HelpName = "K" };

    private readonly Option<RecordHeaderRequest[]> _headers = new("--header")
    {
        Description = "A header of every event; may be repeated",
        HelpName = "N=V",
        CustomParser = ParseHeaders,
    };

    private readonly Option<string?> _value = new("--value") { Description = "The value; without it, every line of the input is one" };

    private readonly Option<bool> _json = new("--json") { Description = "Tell where each event lies, one JSON object a line" };

    public ProduceCommand(Terminal terminal, Connection connection)
        : base("produce", "Append events to a topic: lines of the input, or --value")
    {
        _terminal = terminal;
        Add(_topic);
        Add(_key);
        Add(_headers);
        Add(_value);
        Add(_json);
        SetAction(connection.UseOrCreate(RunAsync));
    }

    private async Task RunAsync(ApiClient api, ParseResult command, CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (IReadOnlyList<byte[]> values in ValuesOf(command, cancellationToken).ConfigureAwait(false))
        {
            AppendResult result = await api.PostAsync(
                $"topics/{ApiClient.Segment(command.GetRequiredValue(_topic))}/records",
                new AppendRequest([.. values.Select(value => ToRecord(command, value))]),
                ApiJson.Wire.AppendRequest,
                ApiJson.Wire.AppendResult,
                cancellationToken).ConfigureAwait(false);
            count += result.Positions.Count;
            if (command.GetValue(_json))
            {
                Listing.WriteJson(_terminal, result.Positions, ApiJson.Wire.PositionView);
                await _terminal.FlushAsync().ConfigureAwait(false);
            }
        }

        if (!command.GetValue(_json))
        {
            _terminal.WriteLine($"{count} event{(count == 1 ? "" : "s")} appended to {command.GetRequiredValue(_topic)}");
        }
    }

    private IAsyncEnumerable<IReadOnlyList<byte[]>> ValuesOf(ParseResult command, CancellationToken cancellationToken)
    {
        if (command.GetValue(_value) is { } value)
        {
            return new List<IReadOnlyList<byte[]>> { new[] { Encoding.UTF8.GetBytes(value) } }.ToAsyncEnumerable();
        }

        if (_terminal.IsInputInteractive)
        {
            _terminal.Error.WriteLine("One event a line; Ctrl-D ends.");
        }

        return InputLines.ReadAsync(_terminal.Input, cancellationToken);
    }

    private RecordRequest ToRecord(ParseResult command, byte[] value) =>
        new() { Key = command.GetValue(_key), ValueBase64 = value, Headers = command.GetValue(_headers) };

    private static RecordHeaderRequest[] ParseHeaders(ArgumentResult argument)
    {
        var headers = new List<RecordHeaderRequest>();
        foreach (string text in argument.Tokens.Select(token => token.Value))
        {
            int end = text.IndexOf('=');
            if (end <= 0)
            {
                argument.AddError($"'{text}' is no header: write NAME=VALUE.");
                return [];
            }

            headers.Add(new RecordHeaderRequest(text[..end]) { Value = text[(end + 1)..] });
        }

        return [.. headers];
    }
}
