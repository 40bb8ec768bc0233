using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Listener.Protocol;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>Members of a group that come over a socket, by whichever protocol they share out its partitions.</summary>
internal interface IGroupMembers : IGroupClients
{
    /// <summary>Whether somebody who claims to be a member may commit offsets.</summary>
    ErrorCode CheckCommit(Committer committer);

    /// <summary>The group as any client may see it.</summary>
    GroupDescription Describe(string groupId);
}
