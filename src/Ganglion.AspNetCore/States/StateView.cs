using Ganglion.Agents;

namespace Ganglion.AspNetCore.States;

/// <summary>The state of an instance as lists show it: without its data.</summary>
internal sealed record StateView(string Agent, string Key, long Version, long Offset, DateTimeOffset Time, int Bytes, int Changes)
{
    public static StateView Of(AgentState state) => new(
        state.Instance.Type.Name, state.Instance.Key, state.Version, state.Position.Offset, state.Time, state.Bytes, state.Changes);
}
