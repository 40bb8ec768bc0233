namespace Ganglion.Agents;

/// <summary>
/// Says of a state that keeps its changes (<see cref="IApply{TChange}"/>) that it only grows, such as a conversation: a whole value of it would be as large as all its changes, so none is
/// written, and each change lies on the log once. To read it takes as many records as it has had changes.
/// </summary>
public interface IAppendOnly;
