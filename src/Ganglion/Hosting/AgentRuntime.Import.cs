using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Faults;

namespace Ganglion.Hosting;

// States that were exported.
internal sealed partial class AgentRuntime
{
    private const int ImportsAtOnce = 32;
    private const int ImportsPerReport = 100;

    public async ValueTask<AgentStateImport> ImportAgentStatesAsync(
        AgentType agent,
        IAsyncEnumerable<JsonElement> states,
        bool overwrite = false,
        IProgress<AgentStateImport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        var counting = new Lock();
        var refused = new List<string>();
        long imported = 0;
        long unchanged = 0;
        await Parallel.ForEachAsync(
            states,
            new ParallelOptions { MaxDegreeOfParallelism = ImportsAtOnce, CancellationToken = cancellationToken },
            async (state, cancelled) =>
            {
                string key = KeyOf(state);
                bool? isNew = await ImportAsync(new AgentId(agent, key), state, overwrite, cancelled).ConfigureAwait(false);
                AgentStateImport? report;
                lock (counting)
                {
                    imported += isNew is true ? 1 : 0;
                    unchanged += isNew is false ? 1 : 0;
                    if (isNew is null)
                    {
                        refused.Add(key);
                    }

                    report = progress is not null && (imported + unchanged + refused.Count) % ImportsPerReport == 0 ? Report() : null;
                }

                if (report is not null)
                {
                    progress!.Report(report);
                }
            }).ConfigureAwait(false);
        return Report();

        AgentStateImport Report() => new(imported, unchanged, [.. refused]);
    }

    // True: it is there now; false: it was already; null: something else is.
    private async ValueTask<bool?> ImportAsync(AgentId instance, JsonElement state, bool overwrite, CancellationToken cancellationToken)
    {
        try
        {
            CloudEvent reply = await SendAsync(
                instance, overwrite ? StateRequests.Load : StateRequests.Import, StateRequests.Write(state), DefaultTimeout, cancellationToken).ConfigureAwait(false);
            FaultHook.Reach(FaultPoints.StateImported);
            return !StateRequests.IsUnchanged(reply);
        }
        catch (RequestFailedException exception) when (exception.Reason == StateRequests.Exists)
        {
            return null;
        }
    }

    private static string KeyOf(JsonElement state)
    {
        try
        {
            return state.GetProperty("key"u8).GetString() ?? throw new InvalidOperationException("Its 'key' is null.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
        {
            throw new UnprocessableEventException(
                "state-unreadable", "What is to be imported is no line of an export: it has no 'key', or one that is no text. Hand over what was exported.", exception);
        }
    }
}
