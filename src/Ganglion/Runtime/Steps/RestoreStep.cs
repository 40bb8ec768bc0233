using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.State;

namespace Ganglion.Runtime.Steps;

internal sealed class RestoreStep : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        BusyInstance instance = invocation.Instance!;
        if (instance.IsRestored || invocation.SkipsHandler)
        {
            return default;
        }

        if (!instance.Partition.State.TryGet(instance.Key, out StoredState? state))
        {
            return ReadAsync(instance, invocation.Handler!);
        }

        instance.State = state;
        instance.IsRestored = true;
        return default;
    }

    private static async ValueTask ReadAsync(BusyInstance instance, Handler handler)
    {
        StateStore states = instance.Partition.State;
        try
        {
            instance.State = await states.ReadAsync(instance.Key, instance.Partition.Lost).ConfigureAwait(false);
            instance.IsRestored = true;
        }
        catch (GanglionException exception) when (handler.ReplacesState && exception is StateException or CorruptLogException)
        {
            // It takes the place of what cannot be read. If it fails, the next event is to find that again.
            instance.State = states.Unread(instance.Key);
        }
    }
}
