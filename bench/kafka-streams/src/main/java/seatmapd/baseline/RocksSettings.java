package seatmapd.baseline;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/** RocksDB for many small stores: one block cache for all of them, bloom filters, no compression, small memtables. */
public final class RocksSettings implements RocksDBConfigSetter {
    private static final Cache BLOCKS = new LRUCache(128L << 20);

    private BloomFilter bloomFilter;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        bloomFilter = new BloomFilter(10);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(BLOCKS);
        table.setFilterPolicy(bloomFilter);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setCompressionType(CompressionType.NO_COMPRESSION);
        options.setWriteBufferSize(8L << 20);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        // The block cache is shared by all stores, so it lives as long as the process.
        bloomFilter.close();
    }
}
