using Ganglion.State;

namespace Ganglion.Runtime.Steps;

internal sealed class RestoreStep : ITurnStep
{
    public ValueTask RunAsync(Invocation invocation)
    {
        Instance instance = invocation.Instance!;
        if (instance.IsRestored || invocation.IsInVain)
        {
            return default;
        }

        if (!instance.Partition.State.TryGet(instance.Key, out StoredState? state))
        {
            return ReadAsync(instance);
        }

        instance.State = state;
        instance.IsRestored = true;
        return default;
    }

    private static async ValueTask ReadAsync(Instance instance)
    {
        instance.State = await instance.Partition.State.ReadAsync(instance.Key, instance.Partition.Lost).ConfigureAwait(false);
        instance.IsRestored = true;
    }
}
