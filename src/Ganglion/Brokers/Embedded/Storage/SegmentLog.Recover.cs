namespace Ganglion.Brokers.Embedded.Storage;

internal sealed partial class SegmentLog
{
    private bool _recovering;

    /// <summary>
    /// Takes a batch from the commit log after a crash. From the first of them on the segments are cut off and written anew: what the
    /// commit log holds is whole, and what was written behind may not be.
    /// </summary>
    /// <returns>False if the batch does not follow the log's end: batches are missing in between.</returns>
    public bool Recover(in StoredBatch batch)
    {
        // Not where the log begins: records that are deleted may be all that tells where it goes on.
        if (batch.LastOffset < _segments[0].BaseOffset)
        {
            return true;
        }

        if (!_recovering)
        {
            _recovering = true;
            CutOff(batch.BaseOffset);
        }

        if (batch.BaseOffset > EndOffset)
        {
            return false;
        }

        if (Active.Size >= _segmentBytes)
        {
            Roll(batch.BaseOffset);
        }

        Active.Append([batch]);
        _endOffset = batch.LastOffset + 1;
        return true;
    }

    /// <summary>Brings everything that was recovered to the disk.</summary>
    public void FinishRecovery()
    {
        if (_recovering)
        {
            _recovering = false;
            Flush();
        }
    }

    /// <summary>Cuts off what lies behind an offset. However far it comes, a segment tells where the offsets go on.</summary>
    private void CutOff(long offset)
    {
        if (offset >= EndOffset)
        {
            return;
        }

        int last = IndexOf(_segments, offset);
        Segment[] later = _segments[(last + 1)..];
        _segments = _segments[..(last + 1)];
        Active.Truncate(offset);
        if (Active.EndOffset < offset)
        {
            // Compaction has removed what lay before, and so far the later segments have told that it was there.
            Roll(offset);
            FlushNames();
        }

        foreach (Segment segment in later.Reverse())
        {
            segment.Close();
            segment.Delete();
        }

        _namesUnflushed = true;
        _endOffset = Active.EndOffset;
    }
}
