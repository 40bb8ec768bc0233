namespace Ganglion.Journal;

/// <summary>
/// The questions of a partition whose answers need not name them, by what the answers' data must say. May be asked and changed from
/// any thread.
/// </summary>
internal sealed class AwaitedAnswers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AwaitedAnswer, List<OperationId>> _questions = [];
    private readonly Dictionary<InvocationId, Operation[]> _byInvocation = [];

    // By which properties answers on a channel are recognised. They are few, and stay.
    private readonly Dictionary<string, HashSet<string>> _properties = new(StringComparer.Ordinal);

    /// <summary>An invocation waits for this now, and for nothing that it waited for before.</summary>
    public void Set(InvocationId invocation, IEnumerable<Operation> pending)
    {
        Operation[] selected = [.. pending.Where(operation => operation.Answer is { By: not null })];
        lock (_lock)
        {
            Remove(invocation);
            if (selected.Length == 0)
            {
                return;
            }

            _byInvocation.Add(invocation, selected);
            foreach (Operation operation in selected)
            {
                Add(operation.Answer!, new OperationId(invocation, operation.Number));
            }
        }
    }

    /// <summary>The questions that an event on a channel answers by its data.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="read">Reads a property of the event's data.</param>
    public IReadOnlyList<OperationId> Find(string channel, Func<string, string?> read)
    {
        lock (_lock)
        {
            if (_questions.Count == 0 || !_properties.TryGetValue(channel, out HashSet<string>? properties))
            {
                return [];
            }

            var found = new List<OperationId>();
            foreach (string property in properties)
            {
                if (read(property) is { } value
                    && _questions.TryGetValue(new AwaitedAnswer(channel, new AnswerSelector(property, value)), out List<OperationId>? answered))
                {
                    found.AddRange(answered);
                }
            }

            return found;
        }
    }

    // Called under the lock.
    private void Add(AwaitedAnswer answer, OperationId question)
    {
        if (!_questions.TryGetValue(answer, out List<OperationId>? questions))
        {
            _questions.Add(answer, questions = []);
        }

        questions.Add(question);
        if (!_properties.TryGetValue(answer.Channel, out HashSet<string>? properties))
        {
            _properties.Add(answer.Channel, properties = new HashSet<string>(StringComparer.Ordinal));
        }

        properties.Add(answer.By!.Property);
    }

    // Called under the lock.
    private void Remove(InvocationId invocation)
    {
        if (!_byInvocation.Remove(invocation, out Operation[]? selected))
        {
            return;
        }

        foreach (Operation operation in selected)
        {
            List<OperationId> questions = _questions[operation.Answer!];
            questions.Remove(new OperationId(invocation, operation.Number));
            if (questions.Count == 0)
            {
                _questions.Remove(operation.Answer!);
            }
        }
    }
}
