using System.CommandLine;
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
        }));
    }

    private static string ReasonOf(AgentStatusView agent) => agent.Reason ?? (agent.Suspended is [] ? "-" : agent.DescribeSuspended());
}
