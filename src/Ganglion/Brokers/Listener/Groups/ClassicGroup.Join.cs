using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

internal sealed partial class ClassicGroup
{
    /// <summary>After which somebody who waits to join for the first time is told to ask again: perhaps nobody is there any more.</summary>
    private static readonly TimeSpan NewMemberTimeout = TimeSpan.FromMinutes(5);

    // Those that have been told an id and have not joined with it yet, with the time at which they are given up.
    private readonly Dictionary<string, long> _pending = new(StringComparer.Ordinal);

    /// <summary>Lets somebody join, or join again. Completes when all others have, too.</summary>
    public Task<JoinResult> Join(JoinRequest request)
    {
        if (!Supports(request))
        {
            return Refuse(request.MemberId, ErrorCode.InconsistentGroupProtocol);
        }

        if (request.MemberId.Length == 0)
        {
            return JoinNew(request);
        }

        if (request.InstanceId is null && _pending.Remove(request.MemberId))
        {
            return Add(request.MemberId, request);
        }

        return Validate(new MemberIdentity(request.MemberId, request.InstanceId)) is not ErrorCode.None and var error
            ? Refuse(request.MemberId, error)
            : Rejoin(_members[request.MemberId], request);
    }

    /// <summary>Takes somebody out who has gone while it waited to join for the first time: it cannot have learned its id.</summary>
    public void Abandon(Task<JoinResult> joined)
    {
        if (_members.Values.FirstOrDefault(member => member.Awaits(joined)) is { IsNew: true, InstanceId: null } gone)
        {
            Remove(gone);
            RebalanceOrComplete();
        }
    }

    private static Task<JoinResult> Refuse(string memberId, ErrorCode error) => Task.FromResult(new JoinResult(error, memberId));

    private bool Supports(JoinRequest request) =>
        IsEmpty
            ? request.ProtocolType.Length > 0 && request.Protocols.Count > 0
            : request.ProtocolType == ProtocolType && request.Protocols.Any(protocol => IsKnownToAll(protocol.Name));

    private Task<JoinResult> JoinNew(JoinRequest request)
    {
        string id = $"{request.InstanceId ?? request.ClientId}-{Guid.NewGuid()}";
        if (request.InstanceId is { } instance && _byInstance.TryGetValue(instance, out ClassicMember? former))
        {
            return Replace(former, id, request);
        }

        if (_members.Count + _pending.Count >= GroupLimits.MaxMembers)
        {
            return Refuse("", ErrorCode.GroupMaxSizeReached);
        }

        if (request.InstanceId is null && request.RequiresMemberId)
        {
            _pending.Add(id, _clock.After(request.SessionTimeout));
            Schedule();
            return Refuse(id, ErrorCode.MemberIdRequired);
        }

        return Add(id, request);
    }

    private Task<JoinResult> Add(string id, JoinRequest request)
    {
        var member = new ClassicMember(id, request) { Deadline = _clock.After(NewMemberTimeout) };
        Enlist(member);
        if (member.InstanceId is { } instance)
        {
            _byInstance[instance] = member;
        }

        ProtocolType = request.ProtocolType;
        _leader ??= id;
        _hasGrown = true;
        return JoinNextGeneration(member);
    }

    private Task<JoinResult> Rejoin(ClassicMember member, JoinRequest request)
    {
        // The leader joins again when there is something to share out anew that the others do not know of, such as more partitions.
        bool isUnchanged = member.Matches(request) && Phase switch
        {
            GroupState.CompletingRebalance => true,
            GroupState.Stable => member.Id != _leader,
            _ => false,
        };
        Count(member.Request, -1);
        member.Request = request;
        Count(request, +1);
        if (isUnchanged)
        {
            BeginSession(member);
            Schedule();
            return Task.FromResult(ResultFor(member));
        }

        return JoinNextGeneration(member);
    }

    /// <summary>A member that keeps its name has started anew: it gets what it had before, and whoever still has its old id is fenced.</summary>
    private Task<JoinResult> Replace(ClassicMember former, string id, JoinRequest request)
    {
        former.AnswerJoin(new JoinResult(ErrorCode.FencedInstanceId, former.Id));
        former.AnswerSync(new SyncResult(ErrorCode.FencedInstanceId));
        var member = new ClassicMember(id, request) { IsNew = former.IsNew, OwesSync = former.OwesSync, Assignment = former.Assignment };
        Delist(former);
        Enlist(member);
        _byInstance[request.InstanceId!] = member;
        string? leader = _leader;
        if (leader == former.Id)
        {
            _leader = id;
        }

        BeginSession(member);
        if (Phase != GroupState.Stable || ChooseProtocol() != ProtocolName)
        {
            return JoinNextGeneration(member);
        }

        Schedule();

        // Whoever does not know that it can skip the assignment must not take itself for the leader, or it would assign anew.
        return Task.FromResult(request.SkipsAssignment
            ? ResultFor(member) with { SkipsAssignment = id == _leader }
            : ResultFor(member) with { Leader = leader ?? "", Members = [] });
    }

    private Task<JoinResult> JoinNextGeneration(ClassicMember member)
    {
        Task<JoinResult> joined = member.AwaitJoin();
        RebalanceOrComplete();
        return joined;
    }

    private JoinResult ResultFor(ClassicMember member) => new(ErrorCode.None, member.Id)
    {
        Generation = Generation,
        ProtocolType = ProtocolType,
        ProtocolName = ProtocolName,
        Leader = _leader ?? "",
        Members = member.Id != _leader ? [] : [.. _members.Values.Select(
            other => new JoinedMember(other.Id, other.InstanceId, other.MetadataFor(ProtocolName)))],
    };
}
