using System.CommandLine;
using System.Text.Json;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;

namespace Ganglion.Cli.Commands;

internal sealed partial class ConsumeCommand
{
    private async Task RunAsync(ApiClient api, ParseResult command, CancellationToken cancellationToken)
    {
        var stream = new EventStreamReader(api, PathOf(command));
        await using var _ = stream.ConfigureAwait(false);
        var membership = new GroupMembership(api, command.GetValue(_group), _terminal);
        await using var __ = membership.ConfigureAwait(false);
        bool faulty = false;
        try
        {
            faulty = await PrintAsync(stream, membership, command, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (command.GetValue(_follow))
        {
            // Ctrl-C is how following ends.
        }
        finally
        {
            await membership.FlushAsync().ConfigureAwait(false);
        }

        if (faulty)
        {
            throw new CliException("Some events could not be read, see above.");
        }
    }

    /// <returns>Whether the host has told of problems.</returns>
    private async Task<bool> PrintAsync(
        EventStreamReader stream, GroupMembership membership, ParseResult command, CancellationToken cancellationToken)
    {
        var printer = new EventPrinter(_terminal, command.GetValue(_json));
        long left = command.GetValue(_max) ?? long.MaxValue;
        bool faulty = false;
        while (left > 0 && await stream.NextAsync(membership.FlushAsync, cancellationToken).ConfigureAwait(false) is { } message)
        {
            switch (message.EventType)
            {
                case "problem":
                    faulty = true;
                    _terminal.WriteError(JsonSerializer.Deserialize(message.Data, ApiJson.Wire.Problem)!.Detail);
                    break;

                case "joined":
                    membership.Join(message.Data);
                    break;

                case "end":
                    left = 0;
                    break;

                default:
                    ConsumedEvent consumed = ConsumedEvent.Parse(message.Data);
                    printer.Print(consumed);
                    membership.Printed(consumed);
                    left--;
                    break;
            }
        }

        return faulty || left == 0 || !command.GetValue(_follow) ? faulty : throw new CliException("The host has ended the stream.");
    }
}
