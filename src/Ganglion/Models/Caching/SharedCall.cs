using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>
/// A call of a model whose answer goes to all who ask the same while it is on its way: each of them, also who comes in the middle, gets all of it. It goes on as long as anybody waits for it.
/// </summary>
/// <param name="maxBytes">
/// About how much of a streamed answer is held for those who come later. Of a longer one nothing is: then nobody joins it any more, and it comes no faster than the slowest of those who read it.
/// </param>
[SuppressMessage("Design", "CA1001", Justification = "Its source of tokens has neither a timer nor a handle, and is cancelled by whoever leaves last, whenever that is.")]
internal sealed class SharedCall(int maxBytes)
{
    private const int PartBytes = 100;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly TaskCompletionSource<ChatResponse?> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SharedCallReader> _readers = [];
    private readonly List<ChatResponseUpdate> _parts = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SharedCallReader? _payer;
    private Exception? _failure;
    private bool _wasBegun;
    private bool _isClosed;
    private bool _isEnded;
    private long _bytes;
    private long _dropped;

    /// <summary>Joins those who wait for the answer.</summary>
    /// <param name="isFirst">Nobody was there before: whoever is told so has the call made.</param>
    /// <returns>The reader; <see langword="null"/>: it is too late, make another call.</returns>
    public SharedCallReader? Join(out bool isFirst)
    {
        lock (_lock)
        {
            isFirst = !_wasBegun;
            if (_isClosed)
            {
                return null;
            }

            _wasBegun = true;
            var reader = new SharedCallReader();
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Waits no more. With the last who does, the call is given up.</summary>
    public void Leave(SharedCallReader reader)
    {
        bool isLast;
        lock (_lock)
        {
            _readers.Remove(reader);
            if (_payer == reader && !reader.HasPaid)
            {
                _payer = null;
            }

            isLast = _readers.Count == 0;
            _isClosed |= isLast;
            Change();
        }

        if (isLast)
        {
            _givenUp.Cancel();
        }
    }

    /// <summary>Makes the call.</summary>
    /// <param name="make">Makes it: returns the answer, or <see langword="null"/> after it has added its parts.</param>
    public async Task MakeAsync(Func<CancellationToken, Task<ChatResponse?>> make)
    {
        try
        {
            _begun.TrySetResult(await make(_givenUp.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            _failure = exception;
            _begun.TrySetException(exception);

            // Whoever waited may be gone.
            _ = _begun.Task.Exception;
        }

        lock (_lock)
        {
            _isClosed = _isEnded = true;
            Change();
        }
    }

    /// <summary>Adds a part of an answer that is streamed; completes when there is room for the next.</summary>
    /// <returns>Whether all of it is held so far.</returns>
    public async ValueTask<bool> AddAsync(ChatResponseUpdate part)
    {
        _givenUp.Token.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _parts.Add(part);
            _bytes += SizeOf(part);
            _isClosed |= _bytes > maxBytes;
            Change();
        }

        _begun.TrySetResult(null);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_bytes <= maxBytes)
                {
                    return true;
                }

                if (_readers.TrueForAll(reader => reader.Next == _dropped + _parts.Count))
                {
                    _dropped += _parts.Count;
                    _parts.Clear();
                    return false;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(_givenUp.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The whole answer.</summary>
    public async Task<ChatResponse> GetAsync(SharedCallReader reader, CancellationToken cancellationToken)
    {
        if (await _begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } whole)
        {
            return OwnOf(whole, reader);
        }

        var parts = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate part in ReadPartsAsync(reader, cancellationToken).ConfigureAwait(false))
        {
            parts.Add(part);
        }

        return parts.ToChatResponse();
    }

    /// <summary>The answer as it comes.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(SharedCallReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } whole)
        {
            foreach (ChatResponseUpdate part in OwnOf(whole, reader).ToChatResponseUpdates())
            {
                yield return part;
            }

            yield break;
        }

        await foreach (ChatResponseUpdate part in ReadPartsAsync(reader, cancellationToken).ConfigureAwait(false))
        {
            yield return part;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> ReadPartsAsync(SharedCallReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool isPaidByOther = false;
        while (true)
        {
            ChatResponseUpdate[] parts;
            Task changed;
            lock (_lock)
            {
                parts = [.. _parts.Skip((int)(reader.Next - _dropped))];
                changed = _changed.Task;
                if (parts.Length == 0 && _isEnded)
                {
                    break;
                }
            }

            foreach (ChatResponseUpdate part in parts)
            {
                ChatResponseUpdate own = part.Clone();
                own.Contents = [.. part.Contents];
                if (own.Contents.Any(static content => content is UsageContent) && !Pays(reader))
                {
                    isPaidByOther = true;
                    CachedMark.Unpay(own);
                }

                yield return own;
                lock (_lock)
                {
                    reader.Next++;
                    Change();
                }
            }

            if (parts.Length == 0)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        if (isPaidByOther)
        {
            yield return CachedMark.End();
        }
    }

    // What it took is told to one of those who get it. The parts of an answer are nobody's, so each gets lists of his own.
    private ChatResponse OwnOf(ChatResponse whole, SharedCallReader reader)
    {
        ChatResponse own = CachedMark.Copy(whole);
        if (!CachedMark.IsSet(own) && !Pays(reader))
        {
            CachedMark.Set(own);
        }

        return own;
    }

    private bool Pays(SharedCallReader reader)
    {
        lock (_lock)
        {
            _payer ??= reader;
            return reader.HasPaid = _payer == reader;
        }
    }

    private static long SizeOf(ChatResponseUpdate part) =>
        PartBytes + (TokenEstimate.Of(part.Contents) * TokenEstimate.BytesPerToken) + part.Contents.OfType<DataContent>().Sum(static content => content.Data.Length);

    private void Change()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
