namespace Ganglion.Journal;

/// <summary>Where a question's answer is to come from.</summary>
/// <param name="Channel">The channel on which it comes.</param>
/// <param name="By">What its data says, where it need not name the question; <see langword="null"/>: it must.</param>
internal sealed record AwaitedAnswer(string Channel, AnswerSelector? By = null);
