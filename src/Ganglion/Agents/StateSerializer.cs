using System.Collections.Concurrent;
using System.Collections.Frozen;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Agents;

/// <summary>
/// Makes typed state of what lies on the log, and the other way round. It is JSON whatever the channels are: it is no part of them. Upcasters of an agent's state are registered for the type
/// <c>agent.state</c>, those of its changes for <c>agent.state.change</c>.
/// </summary>
internal sealed class StateSerializer(EventDataSerializer data, string agent, string source)
{
    private readonly string _type = $"{agent}.state";
    private readonly ConcurrentDictionary<Type, FrozenDictionary<string, Change>> _changes = new();

    /// <exception cref="StateException">It cannot be written.</exception>
    public StoredValue Write(object state, Type? type = null)
    {
        EventData written = WriteData(state, type);
        return new StoredValue(written.Bytes, written.ContentType);
    }

    /// <exception cref="StateException">It cannot be written.</exception>
    public StoredChange WriteChange<TChange>(TChange change)
        where TChange : notnull
    {
        EventData written = WriteData(change, typeof(TChange));
        return new StoredChange(EventTypeAttribute.NameOf(typeof(TChange)), written.Bytes, written.ContentType);
    }

    /// <summary>Brings a state back: its value, and all that has changed since.</summary>
    /// <param name="state">The state.</param>
    /// <param name="reader">What needs it, for errors.</param>
    /// <exception cref="EventDataException">Its value or a change cannot be read.</exception>
    /// <exception cref="StateException">The type does not take a change.</exception>
    public TState Read<TState>(StoredState state, string reader)
        where TState : notnull
    {
        object result = state.Value is { } value ? data.Read<TState>(EventOf(_type, value.Data, value.ContentType, reader)) : Create(typeof(TState));
        foreach (StoredChange change in state.Changes)
        {
            Apply(result, typeof(TState), change, reader);
        }

        return (TState)result;
    }

    /// <summary>Makes a change to a state, as it is made whenever the state is brought back.</summary>
    public void Apply(object state, Type type, StoredChange change, string reader)
    {
        if (!_changes.GetOrAdd(type, ChangesOf).TryGetValue(change.Name, out Change? applied))
        {
            throw new StateException(
                "state-change-unknown",
                $"The state has the change '{change.Name}', which {type.Name} does not take: let it be an {nameof(IApply<object>)}<> of a type that is called so by an [EventType].");
        }

        applied.Apply(state, EventOf($"{_type}.{change.Name}", change.Data, change.ContentType, reader), data);
    }

    private EventData WriteData(object state, Type? type)
    {
        ArgumentNullException.ThrowIfNull(state);
        try
        {
            return data.Write(state, type);
        }
        catch (Exception exception)
        {
            throw new StateException(
                "state-unwritable",
                $"What {agent} is to remember cannot be written as JSON: {(type ?? state.GetType()).Name} has thrown {exception.GetType().Name}: {exception.Message} Let the type hold what JSON can, and nothing that throws.",
                exception);
        }
    }

    private CloudEvent EventOf(string type, ReadOnlyMemory<byte> bytes, string? contentType, string id) =>
        new() { Id = id, Source = source, Type = type, DataContentType = contentType, Data = bytes };

    private static object Create(Type type)
    {
        try
        {
            return Activator.CreateInstance(type)!;
        }
        catch (MissingMethodException exception)
        {
            throw new StateException(
                "state-change-unknown", $"The state has begun with a change, and {type.Name} cannot: give it a constructor without parameters, and let it be an {nameof(IApply<object>)}<>.", exception);
        }
    }

    private static FrozenDictionary<string, Change> ChangesOf(Type state) => state.GetInterfaces()
        .Where(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IApply<>))
        .Select(one => one.GetGenericArguments()[0])
        .ToFrozenDictionary(EventTypeAttribute.NameOf, change => (Change)Activator.CreateInstance(typeof(Change<>).MakeGenericType(change))!);

    private abstract class Change
    {
        public abstract void Apply(object state, CloudEvent change, EventDataSerializer data);
    }

    private sealed class Change<TChange> : Change
        where TChange : notnull
    {
        public override void Apply(object state, CloudEvent change, EventDataSerializer data)
        {
            TChange read = data.Read<TChange>(change);
            try
            {
                ((IApply<TChange>)state).Apply(read);
            }
            catch (Exception exception)
            {
                throw new StateException(
                    "state-change-failed",
                    $"{state.GetType().Name} has thrown {exception.GetType().Name} at the change '{EventTypeAttribute.NameOf(typeof(TChange))}': {exception.Message} Let it take every change; refuse in the handler, before the change is made.",
                    exception);
            }
        }
    }
}
