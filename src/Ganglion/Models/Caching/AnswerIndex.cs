namespace Ganglion.Models.Caching;

/// <summary>Where answers lie on the topic, and how old they are: the newest, so many of them. Whoever has it guards it by a lock.</summary>
internal sealed class AnswerIndex(int maxAnswers)
{
    private readonly Dictionary<UInt128, (long Offset, DateTimeOffset Time)> _answers = [];
    private readonly Queue<(UInt128 Key, long Offset)> _order = [];

    public int Count => _answers.Count;

    /// <summary>An answer that is newer than all before.</summary>
    public void Set(UInt128 key, long offset, DateTimeOffset time)
    {
        _answers[key] = (offset, time);
        _order.Enqueue((key, offset));
        while (_order.Count > maxAnswers)
        {
            // One that was answered anew since then stands further behind, too.
            (UInt128 oldest, long at) = _order.Dequeue();
            Remove(oldest, at);
        }
    }

    public (long Offset, DateTimeOffset Time)? Find(UInt128 key) => _answers.TryGetValue(key, out (long Offset, DateTimeOffset Time) found) ? found : null;

    public void Remove(UInt128 key) => _answers.Remove(key);

    /// <summary>Forgets an answer, unless there is a newer one.</summary>
    public void Remove(UInt128 key, long offset)
    {
        if (_answers.TryGetValue(key, out (long Offset, DateTimeOffset Time) found) && found.Offset == offset)
        {
            _answers.Remove(key);
        }
    }
}
