using System.Runtime.InteropServices;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

internal sealed partial class ClassicGroup
{
    // How many members know a protocol. Looking at all of them whenever somebody joins would hold up all other groups.
    private readonly Dictionary<string, int> _knowing = new(StringComparer.Ordinal);

    private bool _isInitial;
    private bool _hasGrown;
    private TimeSpan _initialLeft;

    private TimeSpan RebalanceTimeout => _members.Values.Select(member => member.Request.RebalanceTimeout).DefaultIfEmpty().Max();

    private bool HaveAllJoined => _pending.Count == 0 && _members.Values.All(member => member.IsJoining);

    /// <summary>Something has changed: the members are to join again; if they are doing that already, perhaps all have.</summary>
    private void RebalanceOrComplete()
    {
        if (Phase != GroupState.PreparingRebalance)
        {
            PrepareRebalance();
        }
        else
        {
            CompleteIfAllJoined();
        }

        Schedule();
    }

    private void CompleteIfAllJoined()
    {
        if (Phase == GroupState.PreparingRebalance && !_isInitial && HaveAllJoined)
        {
            CompleteJoin();
        }
    }

    private void PrepareRebalance()
    {
        if (Phase == GroupState.CompletingRebalance)
        {
            foreach (ClassicMember member in _members.Values)
            {
                member.Assignment = default;
                AnswerSync(member, new SyncResult(ErrorCode.RebalanceInProgress));
            }
        }

        _syncDeadline = GroupClock.Never;
        _isInitial = Phase == GroupState.Empty && _initialDelay > TimeSpan.Zero;
        Phase = GroupState.PreparingRebalance;
        if (_isInitial)
        {
            // More members are likely to come at once: they are spared a rebalance each.
            _hasGrown = false;
            _initialLeft = RebalanceTimeout;
            WaitForMore();
        }
        else if (HaveAllJoined)
        {
            CompleteJoin();
        }
        else
        {
            _joinDeadline = _clock.After(RebalanceTimeout);
        }
    }

    private void WaitForMore()
    {
        TimeSpan delay = _initialDelay < _initialLeft ? _initialDelay : _initialLeft;
        _initialLeft -= delay;
        _joinDeadline = _clock.After(delay);
    }

    private void OnJoinDeadline()
    {
        if (_isInitial && _hasGrown && _initialLeft > TimeSpan.Zero)
        {
            _hasGrown = false;
            WaitForMore();
        }
        else
        {
            CompleteJoin();
        }
    }

    /// <summary>Begins the next generation with those that have joined.</summary>
    private void CompleteJoin()
    {
        _joinDeadline = GroupClock.Never;
        _isInitial = false;
        foreach (ClassicMember missing in _members.Values.Where(member => !member.IsJoining && member.InstanceId is null).ToArray())
        {
            Remove(missing);
        }

        if (_members.Count > 0 && !ElectLeader())
        {
            // Only members that keep their names are left, and none of them is there now: until one comes back, or their sessions end.
            _joinDeadline = _clock.After(RebalanceTimeout);
            return;
        }

        Generation++;
        if (_members.Count == 0)
        {
            ProtocolName = null;
            Phase = GroupState.Empty;
            return;
        }

        ProtocolName = ChooseProtocol();
        Phase = GroupState.CompletingRebalance;
        foreach (ClassicMember member in _members.Values)
        {
            member.AnswerJoin(ResultFor(member));
            member.IsNew = false;
            member.OwesSync = true;
            BeginSession(member);
        }

        _syncDeadline = _clock.After(RebalanceTimeout);
    }

    private bool ElectLeader()
    {
        if (!_members[_leader!].IsJoining && _members.Values.FirstOrDefault(member => member.IsJoining) is { } joined)
        {
            _leader = joined.Id;
        }

        return _members[_leader!].IsJoining;
    }

    private bool IsKnownToAll(string protocol) => _knowing.GetValueOrDefault(protocol) == _members.Count;

    private void Enlist(ClassicMember member)
    {
        _members.Add(member.Id, member);
        Count(member.Request, +1);
    }

    private void Delist(ClassicMember member)
    {
        if (_members.Remove(member.Id))
        {
            Count(member.Request, -1);
        }
    }

    private void Count(JoinRequest request, int change)
    {
        foreach (string name in request.Protocols.Select(protocol => protocol.Name).Distinct(StringComparer.Ordinal))
        {
            if ((CollectionsMarshal.GetValueRefOrAddDefault(_knowing, name, out _) += change) == 0)
            {
                _knowing.Remove(name);
            }
        }
    }

    /// <summary>Of the protocols that all members know, the one that most of them like best. Nobody joins who knows none of them.</summary>
    private string ChooseProtocol()
    {
        HashSet<string> known = _members.Values.First().Request.Protocols
            .Select(protocol => protocol.Name)
            .Where(IsKnownToAll)
            .ToHashSet(StringComparer.Ordinal);
        return _members.Values
            .Select(member => member.Request.Protocols.First(protocol => known.Contains(protocol.Name)).Name)
            .CountBy(name => name, StringComparer.Ordinal)
            .MaxBy(votes => votes.Value)
            .Key;
    }
}
