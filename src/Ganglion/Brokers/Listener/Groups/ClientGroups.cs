using System.Text;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Embedded.Groups;
using Ganglion.Brokers.Listener.Groups.Modern;
using Ganglion.Brokers.Listener.Protocol;
using Ganglion.Brokers.Listener.Transactions;

namespace Ganglion.Brokers.Listener.Groups;

/// <summary>
/// The groups, as clients see them. What they have committed, and the lock that guards them, are the same as those of the agents in the process; a
/// group has members of one kind only.
/// </summary>
/// <param name="broker">Whose groups they are.</param>
/// <param name="initialDelay">How long the first member of a group waits for others.</param>
internal sealed partial class ClientGroups(EmbeddedBroker broker, TimeSpan initialDelay)
{
    /// <summary>Lets somebody join a group, or join it again. Completes when all others have, too.</summary>
    public Task<JoinResult> Join(JoinRequest request)
    {
        if (GroupLimits.Check(request) is not ErrorCode.None and var error)
        {
            return Task.FromResult(new JoinResult(error, request.MemberId));
        }

        return broker.Coordinator.Visit(request.GroupId, group =>
        {
            ClassicGroup? members = Enter(group, () => new ClassicGroup(group.Id, broker.Coordinator, broker.Time, initialDelay));
            return members?.Join(request) ?? Task.FromResult(new JoinResult(ErrorCode.InconsistentGroupProtocol, request.MemberId));
        });
    }

    /// <summary>Whoever waited for this has gone.</summary>
    public void Abandon(string groupId, Task<JoinResult> joined) => Visit(groupId, true, group =>
    {
        group.Abandon(joined);
        return true;
    });

    /// <summary>Tells a member what it is assigned. Completes when the leader has decided.</summary>
    public Task<SyncResult> Sync(SyncRequest request) =>
        GroupLimits.Check(request) is not ErrorCode.None and var error
            ? Task.FromResult(new SyncResult(error))
            : Visit(request.GroupId, Task.FromResult(new SyncResult(ErrorCode.UnknownMemberId)), group => group.Sync(request));

    /// <summary>Notes that a member is alive, and tells it whether it is to join again.</summary>
    public ErrorCode Heartbeat(string groupId, int generation, MemberIdentity member) =>
        GroupLimits.CheckGroupId(groupId) is not ErrorCode.None and var error
            ? error
            : Visit(groupId, ErrorCode.UnknownMemberId, group => group.Heartbeat(generation, member));

    /// <summary>Takes members out.</summary>
    /// <returns>For each of them, whether it was there.</returns>
    public IReadOnlyList<ErrorCode> Leave(string groupId, IReadOnlyList<MemberIdentity> members) =>
        GroupLimits.CheckGroupId(groupId) is not ErrorCode.None and var error
            ? [.. members.Select(_ => error)]
            : Visit(groupId, [.. members.Select(_ => ErrorCode.UnknownMemberId)], group => group.Leave(members));

    /// <summary>Commits offsets.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="committer">Who commits them.</param>
    /// <param name="offsets">What it commits.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Why nothing of it was committed.</returns>
    public async ValueTask<ErrorCode> CommitAsync(
        string groupId,
        Committer committer,
        IReadOnlyCollection<KeyValuePair<TopicPartition, OffsetAndMetadata?>> offsets,
        CancellationToken cancellationToken)
    {
        ErrorCode error = CheckCommit(groupId, committer);
        if (error != ErrorCode.None || offsets.Count == 0)
        {
            return error;
        }

        OffsetCommit commit = OffsetCommit.OfClient(broker.Coordinator, groupId, Check, offsets);
        try
        {
            await broker.Own.CommitAsync([], commit, cancellationToken).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (RefusedException exception)
        {
            return exception.Error;
        }
        catch (StorageException)
        {
            // What clients try again after: a full disk may have room then.
            return ErrorCode.CoordinatorNotAvailable;
        }

        void Check(ConsumerGroup group)
        {
            if (CheckCommit(group, committer) is not ErrorCode.None and var late)
            {
                throw new RefusedException(late, $"Group '{groupId}' has changed meanwhile.");
            }
        }
    }

    /// <summary>Whether somebody may commit offsets of a group.</summary>
    public ErrorCode CheckCommit(string groupId, Committer committer) =>
        GroupLimits.CheckGroupId(groupId) is not ErrorCode.None and var error
            ? error
            : broker.Coordinator.Visit(groupId, group => CheckCommit(group, committer));

    /// <summary>Whether an offset is one that can be committed, by whomever.</summary>
    public ErrorCode CheckOffset(TopicPartition partition, OffsetAndMetadata offset) =>
        broker.Catalog.Find(partition) is null ? ErrorCode.UnknownTopicOrPartition
        : offset.Offset < 0 ? ErrorCode.InvalidRequest
        : Encoding.UTF8.GetByteCount(offset.Metadata ?? "") > OffsetAndMetadata.MaxMetadataBytes ? ErrorCode.OffsetMetadataTooLarge
        : ErrorCode.None;

    /// <summary>What a group has committed.</summary>
    public IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> GetOffsets(string groupId) =>
        broker.Coordinator.Visit(groupId, group => new Dictionary<TopicPartition, OffsetAndMetadata>(group.Offsets));

    /// <summary>A group as it is.</summary>
    public GroupDescription Describe(string groupId) => broker.Coordinator.Visit(groupId, Describe);

    /// <summary>All groups by id, those of agents too.</summary>
    public IReadOnlyList<GroupDescription> List() => broker.Coordinator.VisitAll(Describe);

    /// <summary>Deletes a group that has no members, with its offsets.</summary>
    /// <returns>Why it was not deleted.</returns>
    public async ValueTask<ErrorCode> DeleteAsync(string groupId, CancellationToken cancellationToken)
    {
        if (GroupLimits.CheckGroupId(groupId) is not ErrorCode.None and var error)
        {
            return error;
        }

        try
        {
            await broker.Groups.DeleteAsync(groupId, cancellationToken).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (GanglionException exception)
        {
            return Errors.CodeOf(exception);
        }
    }

    /// <summary>Removes offsets of a group that has no members.</summary>
    /// <returns>Why none of them was removed.</returns>
    public async ValueTask<ErrorCode> DeleteOffsetsAsync(
        string groupId, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        ErrorCode error = GroupLimits.CheckGroupId(groupId) is not ErrorCode.None and var invalid ? invalid
            : Describe(groupId).State == GroupState.Dead ? ErrorCode.GroupIdNotFound
            : ErrorCode.None;
        if (error != ErrorCode.None)
        {
            return error;
        }

        try
        {
            OffsetCommit removal = OffsetCommit.Reset(
                broker.Coordinator, groupId, partitions.Select(partition => KeyValuePair.Create(partition, (OffsetAndMetadata?)null)));
            await broker.Own.CommitAsync([], removal, cancellationToken).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (GanglionException exception)
        {
            return Errors.CodeOf(exception);
        }
    }

    private static GroupDescription Describe(ConsumerGroup group) =>
        group.Members.Count > 0 ? GroupDescription.OfAgents(group)
        : group.Clients is IGroupMembers { IsForgettable: false } members ? members.Describe(group.Id)
        : new GroupDescription(group.Id, group.IsForgettable ? GroupState.Dead : GroupState.Empty)
        {
            Type = group.Clients is ModernGroup ? GroupType.Consumer : GroupType.Classic,
            ProtocolType = group.Clients switch
            {
                ClassicGroup classic => classic.ProtocolType ?? "",
                ModernGroup => ConsumerProtocol.Type,
                _ => "",
            },
        };

    private static ErrorCode CheckCommit(ConsumerGroup group, Committer committer) =>
        group.Members.Count > 0 ? ErrorCode.UnknownMemberId
        : committer.Generation < 0 && !group.HasClients ? ErrorCode.None
        // Producers older than KIP-447 do not say whose offsets they commit.
        : committer.IsAnonymous ? (committer.IsTransactional ? ErrorCode.None : ErrorCode.UnknownMemberId)
        : group.Clients is IGroupMembers members ? members.CheckCommit(committer)
        : committer.KnowsEpochs ? ErrorCode.UnknownMemberId
        : ErrorCode.IllegalGeneration;

    /// <summary>The members of a group that follow one protocol. Those of another can only have been there before.</summary>
    /// <returns>Null if there are others.</returns>
    private static TMembers? Enter<TMembers>(ConsumerGroup group, Func<TMembers> create)
        where TMembers : class, IGroupMembers
    {
        if (group.Members.Count > 0 || group.Clients is not (null or TMembers or { IsForgettable: true }))
        {
            return null;
        }

        if (group.Clients is not TMembers members)
        {
            group.Clients?.Dispose();
            group.Clients = members = create();
        }

        return members;
    }

    private TResult Visit<TResult>(string groupId, TResult without, Func<ClassicGroup, TResult> visit) =>
        broker.Coordinator.Visit(groupId, group => group.Clients is ClassicGroup clients ? visit(clients) : without);
}
