using System.CommandLine;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.States;

namespace Ganglion.Cli.Commands;

internal sealed partial class StateCommand
{
    // What is imported with one request: what Ctrl-C cuts off is at most that.
    private const int ImportBytes = 1024 * 1024;
    private const int MaxRefusedShown = 20;

    private Command CreateExportCommand()
    {
        Argument<string> agent = AgentArgument();
        var export = new Command("export", "Print the states of all instances, one a line: what import takes") { agent };
        export.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            await foreach (byte[] line in api.GetLinesAsync(Path(command.GetRequiredValue(agent), "states"), cancellationToken).ConfigureAwait(false))
            {
                _terminal.WriteJson(line);
            }
        }));
        return export;
    }

    private Command CreateImportCommand()
    {
        Argument<string> agent = AgentArgument();
        var overwrite = new Option<bool>("--overwrite") { Description = "Let instances forget what else they remember" };
        var import = new Command("import", "Import the lines of the input, as export has printed them, into a running agent") { agent, overwrite };
        import.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string path = Path(command.GetRequiredValue(agent), command.GetValue(overwrite) ? "states?overwrite=true" : "states");
            var total = new ImportResult(0, 0, []);
            await foreach (byte[] batch in BatchesAsync(cancellationToken).ConfigureAwait(false))
            {
                ImportResult done = await api.PostAsync(path, batch, "application/jsonl", ApiJson.Wire.ImportResult, cancellationToken).ConfigureAwait(false);
                total = new ImportResult(total.Imported + done.Imported, total.Unchanged + done.Unchanged, [.. total.Refused, .. done.Refused]);
                if (_terminal.IsInteractive)
                {
                    _terminal.WriteLine(Describe(total));
                    await _terminal.FlushAsync().ConfigureAwait(false);
                }
            }

            if (!_terminal.IsInteractive)
            {
                _terminal.WriteLine(Describe(total));
            }

            if (total.Refused.Count > 0)
            {
                await _terminal.FlushAsync().ConfigureAwait(false);
                string rest = total.Refused.Count > MaxRefusedShown ? $" and {total.Refused.Count - MaxRefusedShown} more" : "";
                throw new CliException(
                    $"These remember something else already: {string.Join(", ", total.Refused.Take(MaxRefusedShown))}{rest}. Nothing of them was changed; --overwrite replaces it.");
            }
        }));
        return import;
    }

    private static string Describe(ImportResult total) =>
        $"{total.Imported} imported, {total.Unchanged} there already{(total.Refused.Count > 0 ? $", {total.Refused.Count} refused" : "")}";

    private async IAsyncEnumerable<byte[]> BatchesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var batch = new MemoryStream();
        await foreach (IReadOnlyList<byte[]> lines in InputLines.ReadAsync(_terminal.Input, cancellationToken).ConfigureAwait(false))
        {
            foreach (byte[] line in lines)
            {
                batch.Write(line);
                batch.WriteByte((byte)'\n');
                if (batch.Length >= ImportBytes)
                {
                    yield return batch.ToArray();
                    batch.SetLength(0);
                }
            }
        }

        if (batch.Length > 0)
        {
            yield return batch.ToArray();
        }
    }
}
