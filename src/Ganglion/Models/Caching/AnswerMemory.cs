namespace Ganglion.Models.Caching;

/// <summary>The answers that were used last, so many bytes of them. Whoever has it guards it by a lock.</summary>
internal sealed class AnswerMemory(long maxBytes)
{
    // What an answer takes beside its bytes: the nodes that hold it.
    private const int Overhead = 200;

    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, KeptAnswer Answer)>> _answers = [];
    private readonly LinkedList<(UInt128 Key, KeptAnswer Answer)> _used = new();

    /// <summary>How many bytes it holds.</summary>
    public long Bytes { get; private set; }

    public KeptAnswer? Find(UInt128 key)
    {
        if (!_answers.TryGetValue(key, out LinkedListNode<(UInt128 Key, KeptAnswer Answer)>? node))
        {
            return null;
        }

        _used.Remove(node);
        _used.AddLast(node);
        return node.Value.Answer;
    }

    public void Set(UInt128 key, in KeptAnswer answer)
    {
        Remove(key);
        if (SizeOf(answer) > maxBytes)
        {
            return;
        }

        Bytes += SizeOf(answer);
        _answers.Add(key, _used.AddLast((key, answer)));
        while (Bytes > maxBytes)
        {
            Remove(_used.First!.Value.Key);
        }
    }

    public void Remove(UInt128 key)
    {
        if (_answers.Remove(key, out LinkedListNode<(UInt128 Key, KeptAnswer Answer)>? node))
        {
            _used.Remove(node);
            Bytes -= SizeOf(node.Value.Answer);
        }
    }

    private static long SizeOf(in KeptAnswer answer) => Overhead + answer.Json.Length;
}
