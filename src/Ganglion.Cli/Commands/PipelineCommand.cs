using System.CommandLine;
using Ganglion.AspNetCore.Pipeline;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion pipeline</c></summary>
internal sealed class PipelineCommand : Command
{
    public PipelineCommand(Terminal terminal, Connection connection)
        : base("pipeline", "Show the steps by which a running host handles an event")
    {
        Option<bool> json = Listing.JsonOption();
        Add(json);
        SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            PipelineView pipeline = await api.GetAsync("pipeline", ApiJson.Wire.PipelineView, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(terminal, pipeline.Steps, ApiJson.Wire.PipelineStepView);
                return;
            }

            var table = new TextTable(TextColumn.Number("#"), "STEP", "WHAT IT DOES");
            foreach ((int index, PipelineStepView step) in pipeline.Steps.Index())
            {
                table.Add(Listing.Number(index + 1), step.Agent is { } agent ? $"{step.Name} ({agent})" : step.Name, step.Description);
            }

            table.WriteTo(terminal);
        }));
    }
}
