namespace Ganglion.Faults;

/// <summary>
/// The points of the way of an event at which a process can be made to fail. A name tells what has happened last: <c>round.written</c>
/// is reached when a round is in the commit log and nothing else of it is done. docs/testing.md lists them.
/// </summary>
internal static class FaultPoints
{
    // Agents.

    /// <summary>Partitions are assigned and what their instances remember is restored; nothing is read of them yet.</summary>
    public const string AgentAssigned = "agent.assigned";

    /// <summary>The agent stops, or gives partitions away: its handlers have ended, and what they did last may not be committed.</summary>
    public const string AgentDrained = "agent.drained";

    /// <summary>An event of another partition's instance is about to go to the inbox there.</summary>
    public const string EventForwarded = "event.forwarded";

    /// <summary>An event whose instance an exclusive handler has for itself is about to be put aside.</summary>
    public const string EventDeferred = "event.deferred";

    /// <summary>An event that was put aside is read, and goes on.</summary>
    public const string EventResumed = "event.resumed";

    /// <summary>An event that cannot be handled is a dead letter, not committed.</summary>
    public const string EventParked = "event.parked";

    /// <summary>The journal of an invocation that goes on is read; its handler is not called yet.</summary>
    public const string TurnRecalled = "turn.recalled";

    /// <summary>The handler is about to be called.</summary>
    public const string HandlerCalling = "handler.calling";

    /// <summary>The handler has returned, or waits; nothing of what it did is collected.</summary>
    public const string HandlerReturned = "handler.returned";

    /// <summary>An effect is done, its outcome not recorded: it will be done again.</summary>
    public const string EffectDone = "effect.done";

    /// <summary>The outcome of an effect is recorded; the handler has not got it.</summary>
    public const string EffectRecorded = "effect.recorded";

    /// <summary>What a turn has done is collected, and is in no commit.</summary>
    public const string TurnCollected = "turn.collected";

    /// <summary>A snapshot of a state is among what a turn has done, and in no commit.</summary>
    public const string StateSnapshotted = "state.snapshotted";

    /// <summary>An instance has an imported state; who imports it does not know.</summary>
    public const string StateImported = "state.imported";

    /// <summary>A timer is taken because it is due; its event is nowhere.</summary>
    public const string TimerDue = "timer.due";

    /// <summary>The event of a timer waits for the next commit.</summary>
    public const string TimerFired = "timer.fired";

    /// <summary>Answers are read from their channel; they are not on their way to who asked.</summary>
    public const string AnswerRead = "answer.read";

    /// <summary>Answers are in the inbox of who asked, and committed as read.</summary>
    public const string AnswerRelayed = "answer.relayed";

    /// <summary>A commit is about to be sent to the broker.</summary>
    public const string CommitSending = "commit.sending";

    /// <summary>The broker has acknowledged a commit, of which the agent knows nothing yet.</summary>
    public const string CommitAcknowledged = "commit.acknowledged";

    /// <summary>The agent knows that a commit has succeeded; nobody who waits for it has been told.</summary>
    public const string CommitConfirmed = "commit.confirmed";

    /// <summary>A change of a route and its markers are committed; where the markers lie is not written yet.</summary>
    public const string RouteCommitted = "route.committed";

    // The commit log of the embedded broker.

    /// <summary>A round takes nobody any more; nothing of it is written.</summary>
    public const string RoundClosed = "round.closed";

    /// <summary>A round is in the commit log, not flushed.</summary>
    public const string RoundWritten = "round.written";

    /// <summary>A round is as durable as the flush policy says; no reader sees it.</summary>
    public const string RoundFlushed = "round.flushed";

    /// <summary>Readers see a round; nobody who waits for it has been told.</summary>
    public const string RoundPublished = "round.published";

    /// <summary>A round is acknowledged; none of it is on its way to the segments.</summary>
    public const string RoundAcknowledged = "round.acknowledged";

    /// <summary>Committed offsets are in the log; their group knows nothing of them.</summary>
    public const string OffsetsPublished = "offsets.published";

    /// <summary>A file of the commit log is made; its name is not flushed.</summary>
    public const string CommitFileCreated = "commit-file.created";

    /// <summary>A file of the commit log is full; the next one holds nothing yet.</summary>
    public const string CommitFileFull = "commit-file.full";

    /// <summary>The segments have everything of full files of the commit log, which are not given back.</summary>
    public const string CommitFileSpent = "commit-file.spent";

    /// <summary>After a crash: one more batch of the commit log is in its segment.</summary>
    public const string RecoveryReplayed = "recovery.replayed";

    /// <summary>After a crash: the segments have everything; the commit log is not forgotten.</summary>
    public const string RecoveryFlushed = "recovery.flushed";

    /// <summary>The folder is opened and a new epoch begun: one more file of the commit log is forgotten.</summary>
    public const string RecoveryForgetting = "recovery.forgetting";

    /// <summary>The broker stops: the segments have everything; the epoch has not ended.</summary>
    public const string EpochEnding = "epoch.ending";

    // Files of the embedded broker.

    /// <summary>A new segment is made; nothing lies in it, and its name is not flushed.</summary>
    public const string SegmentBegun = "segment.begun";

    /// <summary>Batches of one partition are in its segment, not flushed; those of others may not be.</summary>
    public const string SegmentWritten = "segment.written";

    /// <summary>The segment of one partition is flushed; those of others may not be.</summary>
    public const string SegmentFlushed = "segment.flushed";

    /// <summary>A small file (an epoch, settings) is drafted; the old one is still in its place.</summary>
    public const string FileDrafted = "file.drafted";

    /// <summary>Compaction: what is left of some segments is drafted.</summary>
    public const string CompactionDrafted = "compaction.drafted";

    /// <summary>Compaction: the draft is decided to replace the segments, which are all there.</summary>
    public const string CompactionDecided = "compaction.decided";

    /// <summary>Compaction: the old segments are gone; the new one is not in their place.</summary>
    public const string CompactionCleared = "compaction.cleared";

    /// <summary>Compaction: the new segment is in place; the process still holds the old ones.</summary>
    public const string CompactionSwapped = "compaction.swapped";

    /// <summary>Retention: readers no longer see a segment; its file is there.</summary>
    public const string RetentionHidden = "retention.hidden";

    // Topics of the embedded broker.

    /// <summary>The folder of a new topic is drafted.</summary>
    public const string TopicDrafted = "topic.drafted";

    /// <summary>The folder of a new topic has its name; the topic is not open.</summary>
    public const string TopicRenamed = "topic.renamed";

    /// <summary>The folder of a deleted topic has lost its name; its files are there.</summary>
    public const string TopicMoved = "topic.moved";

    /// <summary>A topic is deleted; what groups have committed for it is not forgotten.</summary>
    public const string TopicDeleted = "topic.deleted";
}
