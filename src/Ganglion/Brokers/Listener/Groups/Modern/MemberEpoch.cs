namespace Ganglion.Brokers.Listener.Groups.Modern;

/// <summary>The epochs of members that mean something of their own; others count the group's decisions that a member has followed.</summary>
internal static class MemberEpoch
{
    /// <summary>It joins, or joins again, and has nothing.</summary>
    public const int Joining = 0;

    /// <summary>It leaves.</summary>
    public const int Leaving = -1;

    /// <summary>It leaves, and will be back under the name that it keeps.</summary>
    public const int LeavingForAWhile = -2;
}
