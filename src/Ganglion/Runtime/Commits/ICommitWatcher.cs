namespace Ganglion.Runtime.Commits;

/// <summary>Is told what becomes of commits.</summary>
internal interface ICommitWatcher
{
    /// <summary>A batch is on its way: more events may be in flight.</summary>
    void OnClosed();

    /// <summary>A batch is committed, or dropped.</summary>
    void OnCommitted();
}
