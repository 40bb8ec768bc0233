namespace Ganglion.Kafka.Tests.Foreign;

public sealed class EmbeddedForeignRecordTests(EmbeddedInvoiceHost host) : ForeignRecordTests(host), IClassFixture<EmbeddedInvoiceHost>;
