namespace Ganglion.Agents;

/// <summary>
/// A state that changes by events: it says what each change does to it. An instance's state is then kept as its changes, one event each,
/// with a whole value of it from time to time; so an instance that remembers much writes no more than what is new.
/// </summary>
/// <typeparam name="TChange">
/// The change. It is called on the log what <see cref="Events.EventTypeAttribute.NameOf"/> says, and that outlives the class.
/// </typeparam>
/// <example><code>
/// public sealed class Conversation : IApply&lt;TurnSaid&gt;
/// {
///     public List&lt;TurnSaid&gt; Turns { get; init; } = [];
///
///     public void Apply(TurnSaid change) => Turns.Add(change);
/// }
/// </code></example>
public interface IApply<in TChange>
    where TChange : notnull
{
    /// <summary>
    /// Makes the change. It is called once when the change is made, and again whenever the state is read from the log: it looks at nothing
    /// but the state and the change, and does not refuse what has been accepted before.
    /// </summary>
    /// <param name="change">The change.</param>
    void Apply(TChange change);
}
