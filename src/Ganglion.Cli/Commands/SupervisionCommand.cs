using System.CommandLine;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.Supervision;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion supervision</c></summary>
internal sealed class SupervisionCommand : Command
{
    public SupervisionCommand(Terminal terminal, Connection connection)
        : base("supervision", "Show how the agents of a running host are doing")
    {
        Option<bool> json = new("--json") { Description = "One JSON object, as the HTTP API shows it" };
        Add(json);
        SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            SupervisionView supervision = await api.GetAsync("supervision", ApiJson.Wire.SupervisionView, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(terminal, [supervision], ApiJson.Wire.SupervisionView);
                return;
            }

            var table = new TextTable("AGENT", "SUPERVISOR", "STATE", TextColumn.Number("RESTARTS"), TextColumn.Number("BLOCKED"), "REASON");
            foreach (AgentStatusView agent in supervision.Agents)
            {
                table.Add(agent.Name, agent.Supervisor, agent.State, Listing.Number(agent.Restarts), Listing.Number(agent.BlockedHandlers), ReasonOf(agent));
            }

            table.WriteTo(terminal);
            foreach (string concern in supervision.Concerns())
            {
                terminal.WriteLine(concern);
            }

            PauseList pauses = await api.GetAsync("pauses", ApiJson.Wire.PauseList, cancellationToken).ConfigureAwait(false);
            foreach (PauseView pause in pauses.Pauses)
            {
                terminal.WriteLine(
                    $"Paused since {Listing.Time(pause.Since)}, by {pause.By ?? "somebody"}: {pause.Target} ({pause.Reason ?? "no reason given"}). 'ganglion resume {pause.Target}' ends it.");
            }
        }));
    }

    private static string ReasonOf(AgentStatusView agent) => agent.Reason ?? (agent.Suspended is [] ? "-" : agent.DescribeSuspended());
}
