using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>A member as its group knows it. Guarded by the coordinator's lock.</summary>
/// <param name="id">Its id.</param>
/// <param name="request">What it said when it joined.</param>
internal sealed class ClassicMember(string id, JoinRequest request)
{
    private TaskCompletionSource<JoinResult>? _joining;
    private TaskCompletionSource<SyncResult>? _syncing;

    public string Id { get; } = id;

    /// <summary>What it said when it last joined.</summary>
    public JoinRequest Request { get; set; } = request;

    public string? InstanceId { get; } = request.InstanceId;

    /// <summary>Whether it has never been told that it has joined.</summary>
    public bool IsNew { get; set; } = true;

    /// <summary>Whether it is still to ask for what it is assigned.</summary>
    public bool OwesSync { get; set; }

    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <summary>When it is overdue, by the clock's timestamps.</summary>
    public long Deadline { get; set; } = GroupClock.Never;

    /// <summary>Whether it waits for the others to join.</summary>
    public bool IsJoining => _joining is not null;

    /// <summary>Whether it waits for the leader.</summary>
    public bool IsSyncing => _syncing is not null;

    public Task<JoinResult> AwaitJoin()
    {
        // It asks again: nobody reads the answer that the older request still waits for.
        AnswerJoin(new JoinResult(ErrorCode.RebalanceInProgress, Id));
        _joining = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _joining.Task;
    }

    public Task<SyncResult> AwaitSync()
    {
        AnswerSync(new SyncResult(ErrorCode.RebalanceInProgress));
        _syncing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _syncing.Task;
    }

    public bool Awaits(Task<JoinResult> joined) => _joining?.Task == joined;

    public void AnswerJoin(JoinResult result)
    {
        _joining?.SetResult(result);
        _joining = null;
    }

    public void AnswerSync(SyncResult result)
    {
        _syncing?.SetResult(result);
        _syncing = null;
    }

    /// <summary>What it says about itself if partitions are shared out in a certain way.</summary>
    public ReadOnlyMemory<byte> MetadataFor(string? protocol) =>
        Request.Protocols.FirstOrDefault(known => known.Name == protocol)?.Metadata ?? default;

    /// <summary>Whether it says the same about itself as before.</summary>
    public bool Matches(JoinRequest request) =>
        Request.Protocols.Count == request.Protocols.Count
        && Request.Protocols.Zip(request.Protocols).All(pair => pair.First.Matches(pair.Second));
}
