using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ganglion.Hosting;

/// <summary>Makes the services by which a host knows of approvals, whether or not it keeps them.</summary>
internal static class ApprovalServices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static ApprovalOptions CreateOptions(IServiceProvider services)
    {
        var options = new ApprovalOptions();
        foreach (Action<ApprovalOptions> configure in services.GetServices<Action<ApprovalOptions>>())
        {
            configure(options);
        }

        var faults = new List<string>();
        ApprovalSettings.Read(services.GetService<IConfiguration>()?.GetSection("Ganglion:Approvals"), options, faults);
        options.Validate(faults);
        return faults.Count == 0 ? options : throw new ApprovalException(
            "approvals-options-invalid", $"Approvals are not set up as they must be:{string.Concat(faults.Select(fault => $"\n- {fault}"))}");
    }

    public static ApprovalQueues CreateQueues(IServiceProvider services, ILogger logger) => new(
        services.GetRequiredService<IEventBroker>(),
        services.GetRequiredService<ApprovalOptions>(),
        (command, cancellationToken) => services.GetRequiredService<IAgentRuntime>().SendMessageAsync<JsonElement>(
            JsonSerializer.SerializeToElement(command, ApprovalJson.Wire.ApprovalCommand),
            new AgentId(new AgentType(ApprovalAgent.Name), command.Id),
            ApprovalAgent.Act,
            Patience,
            cancellationToken),
        services.GetRequiredService<TimeProvider>(),
        logger);
}
